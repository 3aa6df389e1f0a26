import { Agent, request } from "node:http";
import type { RouteEntry } from "@agentpod/core/route-table";
import { embeddedGateway } from "@agentpod/gateways/embedded/driver";
import { host, type Proxies } from "./gateway-proxies.ts";
import { median } from "./table.ts";

const count = 10_000;
const switches = 10;

export interface Switches {
  /** From the call to the word that the table is on disk and served; median. */
  milliseconds: number;
  /** The longest that a request waited meanwhile; median of the switches. */
  longestWait: number;
  routes: number;
}

/** Switches tables of ten thousand routes, one of which changes each time, under requests. The large table stays in force. */
export async function switchTables({ list, controlSocket, routes }: Proxies): Promise<Switches> {
  const gateway = embeddedGateway({ socketPath: controlSocket });
  const more = Array.from({ length: count - routes.length }, (_, i) => numbered(routes[0] as RouteEntry, i));
  const port = list[0]?.port as number;
  const times: number[] = [];
  const waits: number[] = [];
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  for (let version = 2; version < switches + 4; version++) {
    const changed = { ...(more[version] as RouteEntry), message: `version ${version}` };
    const table = { version, routes: [...routes, changed, ...more.filter((_, i) => i !== version)] };
    let isDone = false;
    let longest = 0;
    const asking = (async () => {
      while (!isDone) {
        const began = performance.now();
        await ask(port, agent);
        longest = Math.max(longest, performance.now() - began);
      }
    })();
    const began = performance.now();
    await gateway.apply(table);
    const took = performance.now() - began;
    isDone = true;
    await asking;
    // The first ones make ten thousand upstreams and warm the code.
    if (version < 4) continue;
    times.push(took);
    waits.push(longest);
  }
  agent.destroy();
  return { milliseconds: median(times), longestWait: median(waits), routes: count };
}

function numbered(like: RouteEntry, i: number): RouteEntry {
  const address = { kind: "tcp" as const, host: "127.0.0.1", port: 20_000 + i };
  return {
    ...like,
    id: `route-${i}`,
    pod: `pod-${i}`,
    label: `acme/p${i}`,
    hosts: [`p${i}-acme.localhost`],
    upstreams: [{ id: `u${i}`, address }],
  };
}

function ask(port: number, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ port, host: "127.0.0.1", path: "/1k", headers: { host }, agent }, (response) => {
      response.resume().on("end", resolve).on("error", reject);
    });
    outgoing.on("error", reject).end();
  });
}
