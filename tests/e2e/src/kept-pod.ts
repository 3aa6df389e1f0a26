import type { PodSpecInput } from "@agentpod/core/pod-spec";
import { nodeUnit } from "./node-unit.ts";

/** Marks its volume at the first start ever; then says the mark to whoever asks. */
const keeper = `
const { existsSync, readFileSync, writeFileSync } = require("node:fs");
const file = process.env.DATA + "/mark";
if (!existsSync(file)) writeFileSync(file, require("node:crypto").randomUUID());
require("node:http").createServer((_, response) => response.end(JSON.stringify({ mark: readFileSync(file, "utf8"), keeper: process.env.VERSION })))
  .listen(Number(process.env.PORT), process.env.HOST);
process.on("SIGTERM", () => process.exit(0));
`;

/** Shows what the keeper says, and its own version. */
const web = `
require("node:http").createServer(async (request, response) => {
  try {
    if (request.url === "/healthz") return response.end("ok");
    const kept = await (await fetch(process.env.KEEPER)).json();
    response.end(JSON.stringify({ ...kept, web: process.env.VERSION }));
  } catch (error) {
    response.writeHead(502).end(String(error));
  }
}).listen(Number(process.env.PORT), process.env.HOST);
process.on("SIGTERM", () => process.exit(0));
`;

export interface KeptVersions {
  web?: string;
  keeper?: string;
  ttlSeconds?: number;
}

/** `web`, which routes alone reach and which overlaps at an update, and `keeper`, which holds a volume and is replaced. */
export function keptPod(name: string, { web: version = "1", keeper: kept = "1", ttlSeconds }: KeptVersions = {}): PodSpecInput {
  return {
    units: [
      // The last argument tells instances apart in the list of processes.
      nodeUnit("keeper", keeper, `${name}/keeper`, {
        env: { DATA: "{{ volumes.data }}", VERSION: kept },
        volumes: [{ name: "data", path: "/data" }],
        probe: { kind: "tcp", port: "http", intervalSeconds: 1, startSeconds: 30 },
      }),
      nodeUnit("web", web, `${name}/web`, {
        env: { KEEPER: "http://{{ units.keeper.host }}:{{ units.keeper.port }}/", VERSION: version },
        dependsOn: ["keeper"],
        probe: { kind: "http", port: "http", path: "/healthz", intervalSeconds: 1, startSeconds: 30 },
      }),
    ],
    routes: [{ unit: "web", port: "http", drainSeconds: 1 }],
    ...(ttlSeconds !== undefined && { ttlSeconds }),
  };
}
