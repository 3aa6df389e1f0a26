import type { PodView } from "@agentpod/core/api/pod-view";
import type { PodSpecInput } from "@agentpod/core/pod-spec";
import { freePort } from "@agentpod/host/free-port";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { docker, engineAnswers, engineObjects } from "../src/engine.ts";
import { type Installation, makeInstallation } from "../src/installation.ts";
import { answering, nodePod } from "../src/node-unit.ts";
import { squat } from "../src/squat.ts";
import { processTraces } from "../src/traces.ts";

const runtimes = [
  { runtime: "process" as const, isHere: process.platform === "linux" },
  { runtime: "docker" as const, isHere: engineAnswers() },
];

/** Within one runtime faults do not mix. */
const inOrder = { concurrent: false };
const wait = { timeout: 45_000, interval: 100 };

for (const { runtime, isHere } of runtimes)
  describe(`P5 A5 faults on ${runtime}`, { concurrent: true, skip: !isHere }, () => faults(runtime));

function faults(runtime: "process" | "docker"): void {
  let plane: Installation;
  let client: ReturnType<Installation["client"]>;
  let ports: number[];
  let publicPort: number;

  beforeAll(async () => {
    publicPort = await freePort();
    plane = await makeInstallation(runtime, { AGENTPOD_PUBLIC_PORTS: `${publicPort}-${publicPort}` });
    // Few enough for one stranger to take them all, and where no other installation of this machine takes its own.
    const from = 12_000 + (process.pid % 400) * 16 + (runtime === "docker" ? 8 : 0);
    ports = Array.from({ length: 8 }, (_, i) => from + i);
    await plane.start({ AGENTPOD_PORTS: `${ports[0]}-${ports.at(-1)}` });
    client = plane.client();
    await client.tenants.create({ name: "acme" });
  });
  afterAll(async () => {
    await client?.close();
    await plane?.destroy();
  });

  afterEach(async () => {
    // What a failed test left would take the one public port from the next.
    for (const { name } of await client.pods.list("acme")) await plane.cli("pod", "delete", `acme/${name}`, "--yes", "--wait");
  });

  const left = (): string[] => (runtime === "docker" ? engineObjects(plane.id()) : processTraces(plane.home, plane.uids));
  const create = (name: string, spec: PodSpecInput) => client.pods.create("acme", { name, spec });
  const get = (name: string): Promise<PodView> => client.pods.get("acme", name);
  const reaches = (name: string, wanted: object): Promise<PodView> =>
    vi.waitFor(async () => {
      const pod = await get(name);
      expect(pod).toMatchObject(wanted);
      return pod;
    }, wait);
  const runs = (name: string) => reaches(name, { phase: "running" });
  const answers = (name: string, body: string) =>
    vi.waitFor(async () => expect(await plane.get(`${name}-acme.localhost`)).toEqual({ status: 200, body }), wait);
  const deleteAndLeaveNothing = async (name: string): Promise<void> => {
    expect(await plane.cli("pod", "delete", `acme/${name}`, "--yes", "--wait")).toMatchObject({ code: 0 });
    await vi.waitFor(() => expect(left()).toEqual([]), wait);
    const used = await plane.inStore((store) => store.allocations.used("local"));
    expect(used).toEqual({ port: [], subnet: [], uid: [], public_port: [] });
  };
  const alerts = async (name: string) =>
    (await client.events.list({ tenant: "acme", pod: name, limit: 200 })).filter((event) => event.type === "pod.alert");
  const condition = (type: string, more: object) => expect.arrayContaining([expect.objectContaining({ type, ...more })]);

  it("its public port is a stranger's: it says so, answers under its name, and opens the port once it is free", inOrder, async () => {
    const leave = await squat("0.0.0.0", [publicPort]);
    await create("public", nodePod(answering));
    const pod = await reaches("public", { conditions: condition("Routed", { status: "false", reason: "PortTaken" }) });
    expect(pod.conditions.find((c) => c.type === "Routed")?.message).toContain(String(publicPort));
    await answers("public", "here");
    await leave();
    await reaches("public", { phase: "running", conditions: condition("Routed", { status: "true" }) });
    expect((await fetch(`http://127.0.0.1:${publicPort}/`)).status).toBe(200);
    await deleteAndLeaveNothing("public");
  });

  it("every port it could get is a stranger's: it says so, and comes up when there is room", inOrder, async () => {
    const leave = await squat("127.0.0.1", ports);
    await create("squeezed", nodePod(answering));
    const pod = await reaches("squeezed", { failures: { app: { reason: "conflict" } } });
    expect(pod.failures.app?.message).toMatch(/port .*in use/);
    await leave();
    await runs("squeezed");
    await answers("squeezed", "here");
    await deleteAndLeaveNothing("squeezed");
  });

  it("its port is taken while it is stopped: it gets another", inOrder, async () => {
    await create("squeezed", nodePod(answering));
    await runs("squeezed");
    expect(await plane.cli("pod", "stop", "acme/squeezed", "--wait")).toMatchObject({ code: 0 });
    const before = await plane.inStore((store) => store.allocations.used("local"));
    const leave = await squat("127.0.0.1", before.port);
    expect(await plane.cli("pod", "start", "acme/squeezed", "--wait")).toMatchObject({ code: 0 });
    await answers("squeezed", "here");
    const after = await plane.inStore((store) => store.allocations.used("local"));
    expect(after.port).toHaveLength(1);
    expect(after.port).not.toEqual(before.port);
    await leave();
    await deleteAndLeaveNothing("squeezed");
  });

  it.runIf(runtime === "docker")("its container and its network are removed by hand: both are made again", inOrder, async () => {
    await create("orphan", nodePod(answering));
    const { id, units } = await runs("orphan");
    // With the server away there is time to take both: it would be quicker than the second hand.
    plane.kill("server");
    docker("rm", "-f", units[0]?.containerId ?? "");
    docker("network", "rm", docker("network", "ls", "-q", "--filter", `label=agentpod.pod=${id}`));
    await vi.waitFor(async () => expect((await get("orphan")).units[0]?.containerId).not.toBe(units[0]?.containerId), wait);
    await runs("orphan");
    await answers("orphan", "here");
    expect(docker("network", "ls", "-q", "--filter", `label=agentpod.pod=${id}`).split("\n")).toHaveLength(1);
    await deleteAndLeaveNothing("orphan");
  });

  it.runIf(runtime === "docker")(
    "its image cannot be had: it says so, does not ask all the time, and can be deleted",
    inOrder,
    async () => {
      const spec = nodePod(answering, { image: "registry.invalid/none/such:1" });
      await create("noimage", spec);
      const pod = await reaches("noimage", { conditions: condition("Prepared", { status: "false" }) });
      const message = pod.conditions.find((c) => c.type === "Prepared")?.message ?? "";
      expect(message).toContain("registry.invalid/none/such:1");
      const shown = await plane.cli("pod", "status", "acme/noimage");
      expect(shown.stdout).toContain("registry.invalid/none/such:1");
      await reaches("noimage", { failures: { app: { count: 3 } } });
      // Tried at once, after 1 s and after 5 s more: not in between.
      const events = await client.events.list({ tenant: "acme", pod: "noimage", limit: 200 });
      expect(events.filter((event) => event.type === "unit.failed").length).toBeLessThanOrEqual(4);
      await deleteAndLeaveNothing("noimage");
    },
  );

  it("its command exits at once: three failures, then ever later, and every place says why", inOrder, async () => {
    await create("exits", nodePod("process.exit(3)"));
    const pod = await reaches("exits", { phase: "failing", conditions: condition("CrashLoop", { status: "true", fault: "user" }) });
    expect(pod.failures.app).toMatchObject({ reason: "exited", retry: true });
    expect(pod.failures.app?.count).toBeGreaterThanOrEqual(3);
    expect(pod.message).toContain("exit code 3");
    expect((await plane.cli("pod", "status", "acme/exits")).stdout).toContain("exit code 3");
    expect(await alerts("exits")).toMatchObject([{ message: expect.stringContaining("exit code 3") }]);
    expect(await plane.get("exits-acme.localhost")).toMatchObject({ status: 503 });
    const waited = await plane.cli("pod", "restart", "acme/exits", "--wait");
    expect(waited.code).not.toBe(0);
    expect(waited.stderr).toMatch(/^ERROR invalid: .*exit code 3/);
    await deleteAndLeaveNothing("exits");
  });

  it("it needs more memory than it may have: the reason is told, not only an exit code", inOrder, async ({ skip }) => {
    const hog = "const held = []; setInterval(() => held.push(Buffer.alloc(8 * 1024 * 1024, 1)), 20);";
    await create("hog", nodePod(hog, { resources: { memoryMb: 64, pids: 64, cpus: 1 }, probe: { kind: "tcp", port: "http" } }));
    const { conditions } = await reaches("hog", { conditions: condition("RuntimeAnswers", { status: "true" }) });
    const enforced = !conditions.some((c) => c.type === "LimitsEnforced" && c.status === "false");
    if (enforced) {
      const pod = await reaches("hog", { failures: { app: { reason: "oom" } } });
      expect(pod.failures.app?.message).toContain("64 MB");
    }
    await deleteAndLeaveNothing("hog");
    skip(!enforced, "this machine does not let limits be enforced");
  });

  it("it never becomes healthy: it is ended, tried again, and what the probe saw is told", inOrder, async () => {
    const sick = answering.replace("(_, response) => response.end", "(_, response) => response.writeHead(500).end");
    const probe = { kind: "http", port: "http", intervalSeconds: 0.2, startSeconds: 1 } as const;
    await create("sick", nodePod(sick, { probe }));
    const pod = await reaches("sick", { failures: { app: { reason: "unhealthy" } } });
    expect(pod.failures.app?.message).toContain("500");
    await reaches("sick", { conditions: condition("CrashLoop", { status: "true" }) });
    expect(await alerts("sick")).toHaveLength(1);
    await deleteAndLeaveNothing("sick");
  });

  it("it is updated to what cannot run: the old one goes on serving, --wait says why, and rollback mends it", inOrder, async () => {
    await create("updated", nodePod(answering, { env: { VERSION: "one" } }));
    await runs("updated");
    const { units } = await get("updated");
    const broken = await plane.specFile(nodePod("console.error('no such thing'); process.exit(7)", { env: { VERSION: "two" } }));
    const update = await plane.cli("pod", "update", "acme/updated", "--spec", broken, "--wait");
    expect(update.code).toBe(2);
    expect(update.stderr).toMatch(/^ERROR invalid: .*exit code 7/m);
    await answers("updated", "one");
    expect((await plane.cli("pod", "logs", "acme/updated", "--tail", "20")).stdout).toContain("no such thing");
    expect(await plane.cli("pod", "rollback", "acme/updated", "1", "--wait")).toMatchObject({ code: 0 });
    await answers("updated", "one");
    expect((await runs("updated")).units[0]?.runId).toBe(units[0]?.runId);
    await deleteAndLeaveNothing("updated");
  });

  it("P2 the database is killed in the middle of a create: the pod is there, or was never asked for", inOrder, async () => {
    const creating = create("midway", nodePod(answering)).then(
      () => true,
      () => false,
    );
    const killed = plane.pid("postgres");
    plane.kill("postgres");
    const wasTold = await creating;
    await vi.waitFor(() => expect(plane.pid("postgres")).not.toBe(killed), wait);
    const names = await vi.waitFor(async () => (await client.pods.list("acme")).map((pod) => pod.name), wait);
    if (wasTold) expect(names).toContain("midway");
    if (!names.includes("midway")) await create("midway", nodePod(answering));
    await runs("midway");
    await answers("midway", "here");
    await deleteAndLeaveNothing("midway");
  });
}
