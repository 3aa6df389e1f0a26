import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { request } from "node:https";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { createLocalAuthority, signLocally } from "../local-authority.ts";
import { freePorts } from "./free-ports.ts";
import { pebblePrograms } from "./pebble-programs.ts";

export interface PebbleOptions {
  /** Where it looks for HTTP-01 and TLS-ALPN-01 proofs: every name leads to 127.0.0.1. */
  httpPort: number;
  tlsPort: number;
  eab?: { kid: string; hmacKey: string };
  /** 90 days unless given. */
  validitySeconds?: number;
  ocspUrl?: string;
  /** DNS server that it asks instead of its own. */
  dns?: string;
  /** Of a hundred requests so many are refused for their nonce; 5 unless given. */
  refusedNonces?: number;
  /** Of a hundred hosts proven before so many are believed without a new proof; none unless given. */
  believedHosts?: number;
}

/** A real ACME authority of its own, with the DNS that it sees. */
export interface Pebble {
  directory: string;
  /** PEM and file: who signed the directory's own certificate. */
  ca: string;
  caFile: string;
  /** PEM: who signs what it gives out; fresh at every start. */
  root(): Promise<string>;
  /** `127.0.0.1:port`. */
  dns: string;
  /** Sets records of its DNS by challtestsrv's commands, such as `add-a`, `set-txt`, `add-caa`, `set-servfail`. */
  dnsCommand(command: string, body: object): Promise<void>;
  /** What it wrote so far. */
  log(): string;
  /** KILL. */
  kill(): Promise<void>;
  /** The authority again, at the same address: it remembers nothing. */
  start(): Promise<void>;
  /** Ends both and removes everything. */
  stop(): Promise<void>;
}

export async function startPebble(options: PebbleOptions): Promise<Pebble> {
  const programs = await pebblePrograms();
  const folder = await mkdtemp(join(tmpdir(), "agentpod-pebble-"));
  const [api, management, dnsPort, dnsManagement] = (await freePorts(4)) as [number, number, number, number];
  const authority = await createLocalAuthority("pebble", new Date());
  const served = await signLocally(authority, ["localhost", "127.0.0.1"], new Date());
  const file = (name: string): string => join(folder, name);
  const config = {
    listenAddress: `127.0.0.1:${api}`,
    managementListenAddress: `127.0.0.1:${management}`,
    certificate: file("cert.pem"),
    privateKey: file("key.pem"),
    httpPort: options.httpPort,
    tlsPort: options.tlsPort,
    ocspResponderURL: options.ocspUrl ?? "",
    externalAccountBindingRequired: options.eab !== undefined,
    externalAccountMACKeys: options.eab ? { [options.eab.kid]: options.eab.hmacKey } : {},
    certificateValidityPeriod: options.validitySeconds ?? 90 * 86_400,
    retryAfter: { authz: 1, order: 1 },
  };
  await writeFile(file("config.json"), JSON.stringify({ pebble: config }));
  await writeFile(file("cert.pem"), served.chain);
  await writeFile(file("key.pem"), served.key, { mode: 0o600 });
  await writeFile(file("ca.pem"), authority.certificate);
  const ca = await readFile(file("ca.pem"), "utf8");

  let log = "";
  const launch = async (program: string, args: string[], ready: RegExp, env: Record<string, string> = {}): Promise<ChildProcess> => {
    const child = spawn(program, args, { env, stdio: ["ignore", "pipe", "pipe"] });
    await new Promise<void>((resolve, reject) => {
      for (const stream of [child.stdout, child.stderr])
        createInterface(stream).on("line", (line) => {
          log += `${line}\n`;
          if (ready.test(line)) resolve();
        });
      child.once("error", reject);
      child.once("exit", (code) => reject(new Error(`${program} ended with ${code}:\n${log.slice(-2000)}`)));
    });
    return child;
  };
  const dnsArgs = ["-dns01", `127.0.0.1:${dnsPort}`, "-management", `127.0.0.1:${dnsManagement}`, "-defaultIPv6", ""];
  const unused = ["-http01", "", "-https01", "", "-tlsalpn01", "", "-doh", ""];
  const dnsServer = await launch(programs.challtestsrv, [...dnsArgs, ...unused], /Starting management server/i);
  const begin = async (): Promise<ChildProcess> => {
    const child = await launch(
      programs.pebble,
      ["-config", file("config.json"), "-dnsserver", options.dns ?? `127.0.0.1:${dnsPort}`],
      /ACME directory available/,
      {
        PEBBLE_VA_NOSLEEP: "1",
        PEBBLE_WFE_NONCEREJECT: String(options.refusedNonces ?? 5),
        PEBBLE_AUTHZREUSE: String(options.believedHosts ?? 0),
      },
    );
    // It says so a moment before it listens.
    await Promise.all([untilListening(api), untilListening(management)]);
    return child;
  };
  let pebble = await begin();
  const get = (path: string): Promise<string> =>
    new Promise((resolve, reject) => {
      request({ host: "127.0.0.1", port: management, path, ca, agent: false }, (response) => resolve(text(response)))
        .on("error", reject)
        .end();
    });
  return {
    directory: `https://127.0.0.1:${api}/dir`,
    ca,
    caFile: file("ca.pem"),
    root: () => get("/roots/0"),
    dns: `127.0.0.1:${dnsPort}`,
    async dnsCommand(command, body) {
      const answer = await fetch(`http://127.0.0.1:${dnsManagement}/${command}`, { method: "POST", body: JSON.stringify(body) });
      if (!answer.ok) throw new Error(`challtestsrv ${command}: ${answer.status}`);
    },
    log: () => log,
    kill: () => end(pebble),
    async start() {
      pebble = await begin();
    },
    async stop() {
      await Promise.all([end(pebble), end(dnsServer)]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGKILL");
  await exited;
}

/** Throws after ten seconds. */
async function untilListening(port: number): Promise<void> {
  for (const deadline = Date.now() + 10_000; ; ) {
    const socket = connect(port, "127.0.0.1");
    const isOpen = await once(socket, "connect").then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isOpen) return;
    if (Date.now() > deadline) throw new Error(`nothing listens on ${port}`);
  }
}
