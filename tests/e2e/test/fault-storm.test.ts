import { spawnSync } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import type { PodView } from "@agentpod/core/api/pod-view";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { docker, engineAnswers, engineObjects } from "../src/engine.ts";
import { type Installation, makeInstallation } from "../src/installation.ts";
import { trustOfBuilds } from "../src/trust-of-builds.ts";

const minutes = 60_000;
const tenants = ["acme", "bolts", "corner"];
/** As long as is asked for. */
const stormMs = Number(process.env.STORM_SECONDS ?? 30) * 1000;
const seed = Number(process.env.STORM_SEED ?? Date.now() % 1_000_000);

/** Numbers from 0 up to 1, the same for the same seed. */
function dice(from: number): () => number {
  let state = from || 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** What somebody, or something, does to a container behind AgentPod's back. One that is gone meanwhile has been hit enough. */
const faults = {
  kill: (container: string) => attempt("kill", container),
  remove: (container: string) => attempt("rm", "-f", container),
  pause: (container: string) => attempt("pause", container),
  cut: (container: string) => {
    const network = attempt("inspect", "--format", "{{range $name, $_ := .NetworkSettings.Networks}}{{$name}}{{end}}", container);
    return network === null ? null : attempt("network", "disconnect", "-f", network, container);
  },
};
type Fault = keyof typeof faults;

function attempt(...args: string[]): string | null {
  const done = spawnSync("docker", args, { encoding: "utf8" });
  return done.status === 0 ? done.stdout.trim() : null;
}

describe.skipIf(!engineAnswers())(
  `P5 A5 A11 three customers' agents in a storm of faults (seed ${seed})`,
  { timeout: 30 * minutes },
  () => {
    let plane: Installation;
    let client: ReturnType<Installation["client"]>;
    const marks = new Map<string, string>();

    beforeAll(async () => {
      plane = await makeInstallation("docker", trustOfBuilds());
      await plane.start();
      client = plane.client();
      for (const name of tenants) await client.tenants.create({ name });
    }, 3 * minutes);
    afterAll(async () => {
      await client?.close();
      await plane?.destroy();
    }, 5 * minutes);

    const get = (tenant: string): Promise<PodView> => client.pods.get(tenant, "agent");
    const containersOf = (id: string) => {
      const found = docker("ps", "-a", "-q", "--filter", `label=agentpod.pod=${id}`);
      return found === "" ? [] : found.split("\n");
    };
    /** Healthy, and its own page and data are there. */
    const stands = (tenant: string): Promise<PodView> =>
      vi.waitFor(
        async () => {
          const pod = await get(tenant);
          const why = JSON.stringify([pod.message, pod.failures]);
          expect(pod, why).toMatchObject({ phase: "running", observedGeneration: pod.generation });
          const [container, ...more] = containersOf(pod.id);
          expect(more).toEqual([]);
          const mark = attempt("exec", container ?? "", "cat", "/home/node/.openclaw/workspace/MARK.md");
          if (marks.has(tenant)) expect(mark).toBe(marks.get(tenant));
          expect(await plane.get(`agent-${tenant}.localhost`)).toMatchObject({ status: 200 });
          return pod;
        },
        { timeout: 10 * minutes, interval: 1000 },
      );

    it("all are healthy after it, with their data; every fault was told of, and nothing was left", async () => {
      const spec = ["--package", "hello-agent", "--wait", "--timeout", "900"];
      // One after the other: the first makes the image for all.
      for (const tenant of tenants) {
        await plane.json("pod", "create", `${tenant}/agent`, ...spec);
        const { id } = await stands(tenant);
        marks.set(tenant, `${tenant} ${id}`);
        docker("exec", containersOf(id)[0] ?? "", "sh", "-c", `printf %s '${tenant} ${id}' > /home/node/.openclaw/workspace/MARK.md`);
      }

      const roll = dice(seed);
      const hits: { tenant: string; fault: Fault | "server"; wasRunning: boolean }[] = [];
      const until = Date.now() + stormMs;
      while (Date.now() < until) {
        if (roll() < 0.1) {
          plane.kill("server");
          hits.push({ tenant: "", fault: "server", wasRunning: true });
        }
        const tenant = tenants[Math.floor(roll() * tenants.length)] as string;
        const fault = (Object.keys(faults) as Fault[])[Math.floor(roll() * 4)] as Fault;
        const pod = await vi.waitFor(() => get(tenant), { timeout: minutes, interval: 200 });
        const [container] = containersOf(pod.id);
        if (container !== undefined && faults[fault](container) !== null)
          hits.push({ tenant, fault, wasRunning: pod.phase === "running" && (fault === "kill" || fault === "remove") });
        await delay(500 + roll() * 5000);
      }

      for (const tenant of tenants) {
        const pod = await stands(tenant);
        const ended = hits.filter((hit) => hit.tenant === tenant && hit.wasRunning).length;
        const runs = async () => {
          const events = await client.events.list({ tenant, pod: "agent", limit: 1000 });
          return events.filter(({ type }) => type === "unit.started" || type === "unit.restarted").length;
        };
        // Each run that a fault ended had begun, and so had the one that stands now.
        await vi.waitFor(async () => expect(await runs()).toBeGreaterThan(ended), minutes);
        expect(docker("network", "ls", "-q", "--filter", `label=agentpod.pod=${pod.id}`).split("\n")).toHaveLength(1);
        expect(docker("volume", "ls", "-q", "--filter", `label=agentpod.pod=${pod.id}`).split("\n")).toHaveLength(1);
      }
      const counts = Object.groupBy(hits, ({ fault }) => fault);
      console.log(
        `storm: ${Object.entries(counts)
          .map(([fault, of]) => `${fault} ${of?.length}`)
          .join(", ")}`,
      );
      expect(hits.length).toBeGreaterThan(stormMs / 20_000);
      const used = await plane.inStore((store) => store.allocations.used("local"));
      expect({ ports: used.port.length, subnets: used.subnet.length }).toEqual({ ports: 3, subnets: 3 });

      for (const tenant of tenants)
        expect(await plane.cli("pod", "delete", `${tenant}/agent`, "--yes", "--wait")).toMatchObject({ code: 0 });
      await vi.waitFor(() => expect(engineObjects(plane.id())).toEqual([]), 2 * minutes);
    });
  },
);
