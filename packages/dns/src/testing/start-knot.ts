import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { freePort } from "@agentpod/host/free-port";

/** Null where this machine has no Knot DNS: Debian's package `knot` brings it. */
export const knotProgram: string | null =
  ["/usr/sbin/knotd", "/usr/local/sbin/knotd", "/opt/homebrew/sbin/knotd"].find((path) => spawnSync(path, ["--version"]).status === 0) ??
  null;

/** A key that may update every zone of the server. */
export const knotKey = { name: "agentpod-key", algorithm: "hmac-sha256" as const, secret: "c2VjcmV0LW9mLXRoZS10ZXN0LXJpZy0wMTIzNDU2Nzg=" };

export interface Knot {
  address: string;
  port: number;
  /** `address:port`, as resolvers take it. */
  server: string;
  stop(): Promise<void>;
}

export interface KnotZones {
  /**
   * Zone to lines of its zone file; SOA and NS are there already (`@ NS ns`, and `ns` is at the server's address). Null: a
   * zone without data, which is answered by SERVFAIL.
   */
  zones: Record<string, readonly string[] | null>;
  address?: string;
  port?: number;
  algorithm?: "hmac-sha256" | "hmac-sha512";
}

/** A real name server with authority, for tests: dynamic updates with `knotKey`. */
export async function startKnot({ zones, address = "127.0.0.1", port, algorithm = knotKey.algorithm }: KnotZones): Promise<Knot> {
  if (knotProgram === null) throw new Error("Knot DNS is not installed");
  const folder = mkdtempSync(join(tmpdir(), "agentpod-knot-"));
  const at = port ?? (await freePort());
  mkdirSync(join(folder, "run"));
  for (const [zone, lines] of Object.entries(zones)) {
    if (lines === null) continue;
    const head = [`$ORIGIN ${zone}.`, "$TTL 1", "@ SOA ns admin 1 60 60 600 1", "@ NS ns", `ns A ${address}`];
    writeFileSync(join(folder, `${zone}.zone`), `${[...head, ...lines].join("\n")}\n`);
  }
  const config = join(folder, "knot.conf");
  writeFileSync(config, configOf(folder, `${address}@${at}`, Object.keys(zones), algorithm));
  const child = spawn(knotProgram, ["--config", config], { stdio: ["ignore", "pipe", "pipe"] });
  const lines: string[] = [];
  await new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      createInterface({ input: stream }).on("line", (line) => {
        lines.push(line);
        if (line.includes("server started")) resolve();
      });
    child.once("exit", (code) => reject(new Error(`knotd ended with ${code}: ${lines.join("\n")}`)));
    child.once("error", reject);
  });
  return {
    address,
    port: at,
    server: `${address}:${at}`,
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill("SIGTERM");
        await once(child, "exit");
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function configOf(folder: string, listen: string, zones: readonly string[], algorithm: string): string {
  return `server:
  rundir: "${folder}/run"
  listen: ${listen}
  udp-workers: 1
  tcp-workers: 1
  background-workers: 1
log:
- target: stdout
  any: info
database:
  storage: "${folder}"
key:
- id: ${knotKey.name}
  algorithm: ${algorithm}
  secret: ${knotKey.secret}
acl:
- id: update
  key: ${knotKey.name}
  action: update
template:
- id: default
  storage: "${folder}"
  file: "%s.zone"
  acl: update
  zonefile-sync: -1
  journal-content: changes
zone:
${zones.map((zone) => `- domain: ${zone}`).join("\n")}
`;
}
