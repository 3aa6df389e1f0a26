import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createLocalAuthority, type SigningAuthority, signLocally } from "../src/local-authority.ts";
import { maySign } from "../src/local-names.ts";
import { signableNames } from "../src/permitted-names.ts";
import { isKeyOf, readCertificate } from "../src/read-certificate.ts";

const run = promisify(execFile);
let folder: string;
let authority: SigningAuthority;
const now = new Date();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "agentpod-authority-"));
  authority = await createLocalAuthority("workshop", now);
  await writeFile(join(folder, "root.pem"), authority.certificate);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** OpenSSL's opinion, as strict as it can be. */
const verifies = async (chain: string, check: readonly [string, string]): Promise<string> => {
  await writeFile(join(folder, "leaf.pem"), chain);
  return run("openssl", ["verify", "-x509_strict", "-CAfile", join(folder, "root.pem"), ...check, join(folder, "leaf.pem")]).then(
    ({ stdout }) => stdout.trim().split(" ").at(-1) ?? "",
    ({ stderr }) => stderr,
  );
};

describe("P7 the local authority signs for names that no public one knows", () => {
  it.each([
    ["bot-acme.localhost", "-verify_hostname"],
    ["workshop", "-verify_hostname"],
    ["pods.lan", "-verify_hostname"],
    ["127.0.0.1", "-verify_ip"],
    ["192.168.1.7", "-verify_ip"],
    ["::1", "-verify_ip"],
  ] as const)("%s", async (name, check) => {
    const { chain, key } = await signLocally(authority, [name], now);
    expect(await verifies(chain, [check, name])).toBe("OK");
    expect(isKeyOf(key, chain)).toBe(true);
  });

  it("what it may sign can be told without signing", () => {
    const names = ["localhost", "workshop", "*.pods.lan", "192.168.1.7", "::1", "google.com", "8.8.8.8", "other-machine"];
    expect(signableNames(authority.certificate, names)).toEqual(names.filter((name) => maySign(authority.certificate, name)));
    expect(signableNames(authority.certificate, names)).toEqual(names.slice(0, 5));
  });

  it("a wildcard below a local domain", async () => {
    const { chain } = await signLocally(authority, ["*.pods.lan"], now);
    expect(await verifies(chain, ["-verify_hostname", "bot.pods.lan"])).toBe("OK");
  });

  it("no longer than browsers admit, and from a day ago on for clocks that are behind", async () => {
    const { notBefore, notAfter } = readCertificate((await signLocally(authority, ["localhost"], now)).chain);
    expect(Date.parse(notAfter) - Date.parse(notBefore)).toBeLessThanOrEqual(397 * 86_400_000);
    expect(Date.parse(notBefore)).toBeLessThan(now.getTime() - 86_000_000);
  });

  it.each(["google.com", "8.8.8.8", "other-machine", "notlocalhost"])("never for %s", async (name) => {
    await expect(signLocally(authority, [name], now)).rejects.toMatchObject({ code: "invalid" });
  });

  it("a stolen key signs for nothing else either: the root itself says so", async () => {
    const path = (name: string): string => join(folder, name);
    await writeFile(path("root.key"), authority.key);
    await writeFile(path("san.cnf"), "subjectAltName=DNS:google.com\n");
    const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", path("stolen.key")];
    await run("openssl", ["req", "-new", ...key, "-out", path("stolen.csr"), "-subj", "/CN=google.com"]);
    const signer = ["-CA", path("root.pem"), "-CAkey", path("root.key"), "-set_serial", "7", "-extfile", path("san.cnf")];
    const { stdout } = await run("openssl", ["x509", "-req", "-in", path("stolen.csr"), ...signer]);
    await writeFile(path("leaf.pem"), stdout);
    const checked = run("openssl", ["verify", "-CAfile", path("root.pem"), path("leaf.pem")]);
    await expect(checked).rejects.toMatchObject({ stderr: expect.stringContaining("permitted subtree violation") });
  });
});
