import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { freePorts } from "./free-ports.ts";

const run = promisify(execFile);

/** A small authority made and served by openssl: it knows one good leaf and one revoked one, and not the third. */
export interface OcspAuthority {
  /** Leaves `good`, `revoked` and `unknown` at `<name>.example.com`, leaf first; `other` is somebody else's and offers no OCSP. */
  chain(name: string): Promise<string>;
  key(name: string): Promise<string>;
  /** Answers from now on, signed by `ca` or `other`; gives how to end it. */
  respond(signer: string): Promise<() => Promise<void>>;
  /** Whether openssl holds the answer (DER, base64) for good, and what it says. */
  check(name: string, response: string): Promise<string>;
  close(): Promise<void>;
}

export async function ocspAuthority(): Promise<OcspAuthority> {
  const folder = await mkdtemp(join(tmpdir(), "agentpod-ocsp-"));
  const running = new Set<ChildProcess>();
  const file = (name: string): string => join(folder, name);
  const openssl = (...args: string[]) => run("openssl", args, { cwd: folder });
  const [port] = await freePorts(1);

  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  await openssl("req", "-x509", ...key, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=OCSP test authority", "-days", "30");
  await openssl("req", "-x509", ...key, "-keyout", "other.key", "-out", "other.pem", "-subj", "/CN=Somebody else", "-days", "30");
  for (const [name, serial] of [
    ["good", "0x1001"],
    ["revoked", "0x1002"],
    ["unknown", "0x1003"],
  ] as const) {
    await writeFile(file("leaf.cnf"), `authorityInfoAccess=OCSP;URI:http://127.0.0.1:${port}\nsubjectAltName=DNS:${name}.example.com\n`);
    await openssl("req", "-new", ...key, "-keyout", `${name}.key`, "-out", `${name}.csr`, "-subj", `/CN=${name}.example.com`);
    const issue = ["-CA", "ca.pem", "-CAkey", "ca.key", "-set_serial", serial, "-days", "20", "-extfile", "leaf.cnf"];
    await openssl("x509", "-req", "-in", `${name}.csr`, ...issue, "-out", `${name}.pem`);
  }
  await writeFile(
    file("index.txt"),
    "V\t360101000000Z\t\t1001\tunknown\t/CN=good.example.com\nR\t360101000000Z\t260101000000Z\t1002\tunknown\t/CN=revoked.example.com\n",
  );

  return {
    chain: async (name) => (await readFile(file(`${name}.pem`), "utf8")) + (await readFile(file("ca.pem"), "utf8")),
    key: (name) => readFile(file(`${name}.key`), "utf8"),
    async respond(signer) {
      const signing = ["-CA", "ca.pem", "-rsigner", `${signer}.pem`, "-rkey", `${signer}.key`];
      const child = spawn("openssl", ["ocsp", "-port", String(port), "-index", "index.txt", ...signing, "-nmin", "60"], {
        cwd: folder,
        stdio: ["ignore", "pipe", "pipe"],
      });
      running.add(child);
      await new Promise<void>((resolve, reject) => {
        for (const stream of [child.stdout, child.stderr])
          createInterface(stream).on("line", (line) => {
            if (/waiting for OCSP client connections/i.test(line)) resolve();
          });
        child.once("exit", (code) => reject(new Error(`openssl ocsp ended with ${code}`)));
      });
      return async () => {
        running.delete(child);
        const exited = once(child, "exit");
        child.kill("SIGKILL");
        await exited;
      };
    },
    async check(name, response) {
      await writeFile(file("answer.der"), Buffer.from(response, "base64"));
      const { stdout, stderr } = await openssl(
        ...["ocsp", "-respin", "answer.der", "-CAfile", "ca.pem", "-issuer", "ca.pem", "-cert", `${name}.pem`],
      );
      return stdout + stderr;
    },
    async close() {
      for (const child of running) child.kill("SIGKILL");
      await rm(folder, { recursive: true, force: true });
    },
  };
}
