import type { PodSpecInput } from "@agentpod/core/pod-spec";

type UnitInput = PodSpecInput["units"][number];

/** A unit that is one Node script, on either runtime; it listens where HOST and PORT say. `tag` is its last argument, to be told apart by. */
export function nodeUnit(name: string, script: string, tag: string, more: Partial<UnitInput> = {}): UnitInput {
  const command = ["node", "--max-semi-space-size=1", "--max-old-space-size=48", "-e", script, tag];
  return {
    name,
    image: "node:24-bookworm-slim",
    command,
    ports: [{ name: "http", container: 8080 }],
    resources: { memoryMb: 96, pids: 64, cpus: 1 },
    stopGraceSeconds: 2,
    local: { argv: command, needs: ["node"] },
    ...more,
    env: { HOST: "{{ listen }}", PORT: `{{ units.${name}.port }}`, ...more.env },
  };
}

/** Answers everything with VERSION. */
export const answering = `
require("node:http").createServer((_, response) => response.end(process.env.VERSION ?? "here"))
  .listen(Number(process.env.PORT), process.env.HOST);
process.on("SIGTERM", () => process.exit(0));
`;

/** One unit behind a route, probed quickly. */
export function nodePod(script: string, more: Partial<UnitInput> = {}): PodSpecInput {
  return {
    units: [nodeUnit("app", script, "app", { probe: { kind: "http", port: "http", intervalSeconds: 1, startSeconds: 30 }, ...more })],
    routes: [{ unit: "app", port: "http", drainSeconds: 1 }],
  };
}
