import { X509Certificate } from "node:crypto";
import { AppError } from "@agentpod/core/errors";
import { isCoveredByWildcard } from "@agentpod/core/host-name";
import { describe, expect, it } from "vitest";
import { type GatewayRig, gatewayConformance } from "../src/conformance.ts";
import { memoryGateway } from "../src/memory/driver.ts";

async function start(): Promise<GatewayRig> {
  const dead = new Set<string>();
  const gateway = memoryGateway((upstream) => {
    if (dead.has(upstream.id)) throw new AppError("unavailable", "It does not answer.");
    return 200;
  });
  const upstream = (id: string) => ({ id, address: { kind: "tcp" as const, host: "127.0.0.1", port: 1 } });
  return {
    gateway,
    liveUpstream: async (id) => upstream(id),
    deadUpstream: async (id) => {
      dead.add(id);
      return upstream(id);
    },
    beginRequest: async (_host, id) => {
      gateway.setLoad(id, { requests: 1, lastActivityAt: new Date(0).toISOString() });
      return () => gateway.setLoad(id, { requests: 0 });
    },
    beginHeldRequest: (_host, route) => gateway.hold(route),
    request: async (host, path, route) => gateway.record(line(host, path, route)),
    takenPort: async () => {
      gateway.takenPorts.add(4000);
      return 4000;
    },
    servedFingerprint: async (host) => {
      const served = gateway.certificates.certificates.find(({ names }) => names.some((name) => isCoveredByWildcard(host, name)));
      return served ? new X509Certificate(served.chain).fingerprint256 : null;
    },
    askPlain: async (host, path) => {
      const found = gateway.challenges.find((one) => one.kind === "http" && one.host === host && one.path === path);
      return found?.kind === "http" ? found.body : null;
    },
    leave: async () => gateway.leave(),
    close: async () => {},
  };
}

const line = (host: string, path: string, route: string) => ({
  at: new Date(0).toISOString(),
  route,
  host,
  method: "GET",
  path: path.split("?", 1)[0] ?? "",
  status: 200,
  bytesIn: 0,
  bytesOut: 2,
  milliseconds: 1,
  client: "127.0.0.1",
  upstream: "u",
  error: null,
});

gatewayConformance("memory", start);

describe("P7 memory gateway", () => {
  it("keeps a copy of the table and comes back after having been away", async () => {
    const gateway = memoryGateway();
    const table = { version: 1, routes: [] };
    await gateway.apply(table);
    table.version = 2;
    expect(gateway.table.version).toBe(1);
    gateway.leave();
    await expect(gateway.observe()).rejects.toMatchObject({ code: "unavailable" });
    gateway.comeBack();
    expect((await gateway.observe()).servedVersion).toBe(1);
  });
});
