import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { networkInterfaces } from "node:os";
import type { UnitRun } from "@agentpod/core/runtime";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Bench, makeBench } from "../src/conformance/bench.ts";
import { engineAt } from "../src/docker/engine.ts";
import { nameServers } from "../src/docker/name-servers.ts";
import { bridgeName, installationTag } from "../src/docker/names.ts";
import { reachFrom, runIn } from "./docker-bench.ts";
import { dockerRig, engineForTests, firewallRulesOf } from "./docker-rig.ts";

const found = await engineForTests();
const isRoot = process.getuid?.() === 0;

describe.skipIf(!found || found.podman || !isRoot)(
  "P20 what a pod reaches on docker (skipped without an engine, or when not root)",
  { timeout: 60_000 },
  () => {
    let bench: Bench;
    let one: UnitRun;
    let sibling: UnitRun;
    let other: UnitRun;
    let closed: UnitRun;
    const listener = answering();
    const door = answering();
    const portOf = (server: typeof listener) => (server.address() as { port: number }).port;

    const addressOf = async (run: UnitRun) => {
      const { units } = await bench.runtime.observe([run.id.pod]);
      const id = units.find((unit) => unit.id.unit === run.id.unit)?.containerId;
      const details = await engineAt(found?.address ?? { kind: "unix", path: "" }).call<{
        NetworkSettings: { Networks: Record<string, { IPAddress: string; Gateway: string }> };
      }>("GET", `/containers/${id}/json`);
      const network = Object.values(details.NetworkSettings.Networks)[0];
      return { own: network?.IPAddress ?? "", gateway: network?.Gateway ?? "" };
    };

    beforeAll(async () => {
      for (const server of [listener, door]) await once(server.listen(0, "0.0.0.0"), "listening");
      if (!found) return;
      bench = await makeBench(await dockerRig(found.address, { allowed: [{ host: "0.0.0.0", port: portOf(door) }] }));
      one = await bench.run();
      other = await bench.run();
      const inPod = await bench.run();
      sibling = { ...inPod, id: { ...one.id, unit: "db" }, scope: one.scope, alias: "db", hostname: "db" };
      const base = await bench.run();
      closed = { ...base, scope: { ...base.scope, egress: "none" } };
      for (const run of [one, sibling, other, closed]) await bench.start(run);
    }, 120_000);

    afterAll(async () => {
      await bench.runtime.remove(sibling.id, 0);
      await bench.clear();
      await bench.rig.close();
      for (const server of [listener, door]) server.close();
      expect(firewallRulesOf(bench.installation)).toEqual([]);
    }, 120_000);

    it("says that it isolates", () => {
      expect(bench.runtime.can).toMatchObject({ egress: true, isolation: true, limits: true });
    });

    it("its own units, by name and address", async () => {
      expect(await reachFrom(bench.runtime, one.id, "db", 8080)).toBe("open");
      expect(await reachFrom(bench.runtime, one.id, (await addressOf(sibling)).own, 8080)).toBe("open");
    });

    it("no listener of the host, by none of its addresses, but the front door", async () => {
      // Without the bridges of other pods on this machine, of which there may be any number.
      const own = Object.entries(networkInterfaces()).flatMap(([name, all]) => (/^ap[0-9a-f]{4}-/.test(name) ? [] : (all ?? [])));
      const bridge = (await addressOf(one)).gateway;
      const hosts = [
        ...new Set([bridge, ...own.filter((address) => address.family === "IPv4" && !address.internal).map((address) => address.address)]),
      ];
      expect(hosts.length).toBeGreaterThan(1);
      const results = await Promise.all(hosts.map((host) => reachFrom(bench.runtime, one.id, host, portOf(listener))));
      expect(results).toEqual(hosts.map(() => "timeout"));
      expect(await reachFrom(bench.runtime, one.id, bridge, portOf(door))).toBe("open");
      // The engine may listen on its default bridge alone; the pod's own published port must not be a way round either.
      expect(await reachFrom(bench.runtime, one.id, bridge, one.ports[0]?.host ?? 0)).not.toBe("open");
    });

    it("not the host over IPv6", async () => {
      const bridge = networkInterfaces()[bridgeName(bench.installation, one.id.pod)] ?? [];
      const six = bridge.filter((address) => address.family === "IPv6");
      for (const { address } of six) expect(await reachFrom(bench.runtime, one.id, `${address}%eth0`, portOf(door))).not.toBe("open");
      expect(bridge.length).toBeGreaterThan(0);
    });

    it("no metadata address", async () => {
      // There may be no such host on this machine: what counts is that the rule took the packets.
      const dropped = () => {
        const saved = execFileSync("iptables-save", ["-c"], { encoding: "utf8" }).split("\n");
        const rule = saved.find((line) => line.includes(installationTag(bench.installation)) && line.includes("-d 169.254.0.0/16"));
        return Number(/^\[(\d+):/.exec(rule ?? "")?.[1]);
      };
      const before = dropped();
      expect(await reachFrom(bench.runtime, one.id, "169.254.169.254", 80)).toBe("timeout");
      expect(dropped()).toBeGreaterThan(before);
    });

    it("no other pod, in neither direction", async () => {
      const target = (await addressOf(other)).own;
      const back = (await addressOf(one)).own;
      expect(await reachFrom(bench.runtime, one.id, target, 8080)).not.toBe("open");
      expect(await reachFrom(bench.runtime, other.id, back, 8080)).not.toBe("open");
      expect(await reachFrom(bench.runtime, one.id, (await addressOf(closed)).own, 8080)).not.toBe("open");
    });

    it("no other pod while the engine has taken its own rules away, and its own units all the same", async () => {
      // What the engine does for a moment with each network that it makes.
      const gap = ["DOCKER-ISOLATION-STAGE-1", "-i", bridgeName(bench.installation, one.id.pod), "-j", "RETURN"];
      execFileSync("iptables", ["-I", ...gap]);
      try {
        expect(await reachFrom(bench.runtime, one.id, (await addressOf(other)).own, 8080)).toBe("timeout");
        expect(await reachFrom(bench.runtime, one.id, (await addressOf(sibling)).own, 8080)).toBe("open");
      } finally {
        execFileSync("iptables", ["-D", ...gap]);
      }
    });

    it("names of the internet, through the engine's resolver", async () => {
      const server = nameServers()[0] ?? "";
      expect(await reachFrom(bench.runtime, one.id, server, 53)).not.toBe("timeout");
    });

    it("nothing at all without egress, and is served all the same", async () => {
      const { gateway } = await addressOf(one);
      for (const [host, port] of [
        [gateway, portOf(listener)],
        [nameServers()[0] ?? "", 53],
        [(await addressOf(one)).own, 8080],
      ] as const) {
        expect(await reachFrom(bench.runtime, closed.id, host, port)).not.toBe("open");
      }
      expect(await bench.get(closed.id, "/")).toMatch(/^hello from/);
      const { units } = await bench.runtime.observe([closed.id.pod]);
      expect(units[0]?.endpoints.http).toEqual({ kind: "tcp", host: (await addressOf(closed)).own, port: 8080 });
    });

    it("keeps its rules when they were flushed and the engine is watched anew", async () => {
      const jump = firewallRulesOf(bench.installation).find((rule) => rule.startsWith("-A INPUT")) ?? "";
      execFileSync("iptables", ["-D", ...jump.split(" ").slice(1)]);
      const stop = new AbortController();
      const wakes = bench.runtime.watch(stop.signal)[Symbol.asyncIterator]();
      await wakes.next();
      stop.abort();
      await bench.runtime.preparePod(one.scope);
      expect(firewallRulesOf(bench.installation)).toContain(jump);
    });

    it("has no capability, no new privileges and an own user space of limits", async () => {
      const { out } = await runIn(bench.runtime, one.id, ["cat", "/proc/self/status"]);
      expect(out).toMatch(/^CapEff:\s+0{16}$/m);
      expect(out).toMatch(/^CapBnd:\s+0{16}$/m);
      expect(out).toMatch(/^NoNewPrivs:\s+1$/m);
      expect(out).toMatch(/^Seccomp:\s+2$/m);
    });
  },
);

/** Takes connections and ends them; a peer that hangs up first is no matter. */
function answering() {
  return createServer((socket) => socket.on("error", () => undefined).end("hello"));
}
