import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { isIP } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const execute = promisify(execFile);

export interface TestCertificate {
  /** PEM. */
  chain: string;
  /** PEM, PKCS #8. */
  key: string;
}

/** A certificate for host names and addresses that signs itself, by the openssl program: for tests and benches. */
export async function testCertificate(
  names: readonly string[],
  kind: "ecdsa" | "rsa" | "rsa-1024" = "ecdsa",
  days = 30,
): Promise<TestCertificate> {
  const dir = await mkdtemp(join(tmpdir(), "cert-"));
  try {
    const config = join(dir, "config");
    const list = names.map((name) => `${isIP(name) === 0 ? "DNS" : "IP"}:${name}`).join(",");
    await writeFile(config, `[req]\ndistinguished_name=dn\nx509_extensions=ext\nprompt=no\n[dn]\nCN=test\n[ext]\nsubjectAltName=${list}\n`);
    const algorithm = { ecdsa: ["ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"], rsa: ["rsa:2048"], "rsa-1024": ["rsa:1024"] }[kind];
    const [keyFile, chainFile] = [join(dir, "key"), join(dir, "chain")];
    await execute("openssl", [
      ...["req", "-x509", "-config", config, "-newkey", ...algorithm, "-nodes", "-days", String(days)],
      ...["-keyout", keyFile, "-out", chainFile],
    ]);
    return { chain: await readFile(chainFile, "utf8"), key: await readFile(keyFile, "utf8") };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
