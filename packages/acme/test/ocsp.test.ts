import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fetchStaple } from "../src/ocsp.ts";
import { ocspUrl } from "../src/read-certificate.ts";

const run = promisify(execFile);
let folder: string;
let port: number;
const running: ChildProcess[] = [];
const signal = new AbortController().signal;
const file = (name: string): string => join(folder, name);
const openssl = (...args: string[]) => run("openssl", args, { cwd: folder });

// A small authority made and served by openssl: it knows one good leaf and one revoked one.
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "agentpod-ocsp-"));
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  port = (probe.address() as AddressInfo).port;
  probe.close();
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  await openssl("req", "-x509", ...key, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=OCSP test authority", "-days", "30");
  await openssl("req", "-x509", ...key, "-keyout", "other.key", "-out", "other.pem", "-subj", "/CN=Somebody else", "-days", "30");
  await writeFile(file("leaf.cnf"), `authorityInfoAccess=OCSP;URI:http://127.0.0.1:${port}\n`);
  for (const [name, serial] of [
    ["good", "0x1001"],
    ["revoked", "0x1002"],
    ["unknown", "0x1003"],
  ] as const) {
    await openssl("req", "-new", ...key, "-keyout", `${name}.key`, "-out", `${name}.csr`, "-subj", `/CN=${name}.example.com`);
    const issue = ["-CA", "ca.pem", "-CAkey", "ca.key", "-set_serial", serial, "-days", "20", "-extfile", "leaf.cnf"];
    await openssl("x509", "-req", "-in", `${name}.csr`, ...issue, "-out", `${name}.pem`);
  }
  await writeFile(
    file("index.txt"),
    "V\t360101000000Z\t\t1001\tunknown\t/CN=good.example.com\nR\t360101000000Z\t260101000000Z\t1002\tunknown\t/CN=revoked.example.com\n",
  );
});
afterAll(async () => {
  for (const child of running) child.kill("SIGKILL");
  await rm(folder, { recursive: true, force: true });
});

async function responder(signer: string): Promise<ChildProcess> {
  const args = [
    "ocsp",
    "-port",
    String(port),
    "-index",
    "index.txt",
    "-CA",
    "ca.pem",
    "-rsigner",
    `${signer}.pem`,
    "-rkey",
    `${signer}.key`,
  ];
  const child = spawn("openssl", [...args, "-nmin", "60"], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  running.push(child);
  await new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      createInterface(stream).on("line", (line) => {
        if (/waiting for OCSP client connections/i.test(line)) resolve();
      });
    child.once("exit", (code) => reject(new Error(`openssl ocsp ended with ${code}`)));
  });
  return child;
}

const end = async (child: ChildProcess): Promise<void> => {
  const exited = once(child, "exit");
  child.kill("SIGKILL");
  await exited;
};
const chainOf = async (name: string): Promise<string> =>
  (await readFile(file(`${name}.pem`), "utf8")) + (await readFile(file("ca.pem"), "utf8"));

describe("P7 OCSP where an authority offers it", () => {
  it("a good certificate's answer can be stapled until its next update", async () => {
    const child = await responder("ca");
    const staple = await fetchStaple(await chainOf("good"), new Date(), signal);
    await end(child);
    expect(Date.parse(staple?.nextUpdate ?? "")).toBeGreaterThan(Date.now() + 3_000_000);
    await writeFile(file("answer.der"), Buffer.from(staple?.response ?? "", "base64"));
    const { stdout, stderr } = await openssl(
      ...["ocsp", "-respin", "answer.der", "-CAfile", "ca.pem", "-issuer", "ca.pem", "-cert", "good.pem"],
    );
    expect(stdout).toContain("good.pem: good");
    expect(stderr).toContain("verify OK");
  });

  it.each([
    ["revoked", "ca", "invalid", /revoked/],
    ["unknown", "ca", "unavailable", /does not know/],
    ["good", "other", "unavailable", /did not sign/],
  ])("a certificate that is %s, signed by %s: %s", async (name, signer, code, message) => {
    const child = await responder(signer);
    const failure = await fetchStaple(await chainOf(name), new Date(), signal).catch((error) => error);
    await end(child);
    expect(failure).toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it("an answer that is over", async () => {
    const child = await responder("ca");
    const failure = await fetchStaple(await chainOf("good"), new Date(Date.now() + 2 * 3_600_000), signal).catch((error) => error);
    await end(child);
    expect(failure).toMatchObject({ code: "unavailable", message: expect.stringContaining("out of date") });
  });

  it("a service that is down, and an authority that offers none", async () => {
    await expect(fetchStaple(await chainOf("good"), new Date(), signal)).rejects.toMatchObject({ code: "unavailable" });
    expect(ocspUrl(await chainOf("other"))).toBeNull();
    expect(await fetchStaple(await chainOf("other"), new Date(), signal)).toBeNull();
  });
});
