import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ForeignContainerView } from "@agentpod/core/api/adopt-view";
import type { PodView } from "@agentpod/core/api/pod-view";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type Compose, composeProgram, composeProject } from "../src/compose.ts";
import { docker, engineAnswers, engineObjects } from "../src/engine.ts";
import { hostFolder, runByHand, runOf, seen, visitedProgram } from "../src/hand-made.ts";
import { type Installation, makeInstallation } from "../src/installation.ts";

const run = process.pid.toString(36);
const wait = { timeout: 120_000, interval: 200 };
const inOrder = { concurrent: false };

describe.skipIf(!engineAnswers())("A8 containers that AgentPod did not make (skipped without an engine)", { timeout: 600_000 }, () => {
  let plane: Installation;
  const folder = hostFolder();
  const made: string[] = [];
  const named = (name: string): string => `aphand${run}${name}`;
  const byHand = (name: string, ...options: string[]): string => {
    runByHand(named(name), ...options);
    made.push(named(name));
    return named(name);
  };
  const ask = async (pod: string, path = "/") => {
    const { status, body } = await plane.get(`${pod}-acme.localhost`, path);
    expect(status).toBe(200);
    return JSON.parse(body) as { visits: number; mark: string; greeting: string; token: string };
  };
  const view = (pod: string) => plane.json<PodView>("pod", "status", `acme/${pod}`);
  const adoptedBy = (pod: PodView) => pod.conditions.find(({ type }) => type === "Adopted");
  const gone = (pod: string) =>
    vi.waitFor(async () => expect((await plane.cli("pod", "status", `acme/${pod}`)).stderr).toMatch(/not_found/), wait);
  const serves = (pod: string) => vi.waitFor(() => ask(pod), wait);
  const fails = async (...args: string[]): Promise<string> => {
    const { code, stderr } = await plane.cli(...args);
    expect(code).not.toBe(0);
    return stderr;
  };

  beforeAll(async () => {
    plane = await makeInstallation("docker");
    await plane.start();
    await plane.json("tenant", "create", "acme");
  }, 180_000);
  afterAll(async () => {
    for (const pod of await plane.json<PodView[]>("pod", "list").catch(() => []))
      await plane.cli("pod", "delete", `${pod.tenant}/${pod.name}`, "--delete-data", "--yes", "--wait");
    await plane?.destroy();
    // Those that were made anew are gone under this name.
    for (const name of made) spawnSync("docker", ["rm", "-f", "-v", name]);
    folder.remove();
  }, 180_000);

  describe("one that was started by hand, with a folder of the machine and restart: always", () => {
    let name: string;
    let before: ReturnType<typeof runOf>;
    let mark: string;

    it("is discovered, with what would stay and what would go, and none of its secrets", inOrder, async () => {
      const options = ["-e", "GREETING=hello", "-e", "TOKEN=s3cret-value", "-v", `${folder.path}:/data`, "-p", "127.0.0.1::8080"];
      name = byHand("one", "--restart", "always", ...options);
      before = runOf(name);
      const all = await plane.json<ForeignContainerView[]>("migrate", "discover");
      const one = all.find((container) => container.name === name);
      expect(one).toMatchObject({
        id: before.id,
        image: "node:24-bookworm-slim",
        state: "running",
        restart: "always",
        compose: null,
        folders: [{ source: folder.path, path: "/data", isReadOnly: false }],
        ports: [{ container: 8080, published: { address: "127.0.0.1" } }],
        obstacles: [],
        dangers: [],
      });
      expect(one?.keeps.join()).toContain(folder.path);
      expect(JSON.stringify(all)).not.toContain("s3cret-value");
      const { stdout } = await plane.cli("migrate", "discover");
      expect(stdout).toMatch(new RegExp(`^${name} .*always.* yes *$`, "m"));
    });

    it("is taken over without a restart: the same id, start and process; reached, watched and shown", inOrder, async () => {
      const pod = await plane.json<PodView>("migrate", "adopt", name, "acme/one", "--health-path", "/", "--wait", "--yes");
      expect(pod).toMatchObject({ phase: "running", health: "healthy", adopted: { container: name, folders: [folder.path] } });
      expect(runOf(before.id)).toEqual(before);
      expect(pod.units).toMatchObject([{ containerId: before.id, startedAt: before.startedAt, restarts: 0 }]);
      expect(adoptedBy(pod)).toMatchObject({ reason: "AsFound", status: "true" });
      const now = seen(before.id);
      expect(now.HostConfig.RestartPolicy.Name).toBe("no");
      expect(now.Name).toMatch(/^\/agentpod-acme-one-app-/);
      expect(Object.keys(now.NetworkSettings.Networks)).toEqual(["bridge"]);
      await ask("one", "/visit");
      const told = await ask("one");
      expect(told).toMatchObject({ visits: 1, greeting: "hello", token: "s3cret-value" });
      expect(folder.visits()).toBe(1);
      mark = told.mark;
      const { stdout } = await plane.cli("pod", "status", "acme/one");
      expect(stdout).toContain(`folder ${folder.path}`);
      // The same as any pod's: logs, programs in it, figures.
      expect((await plane.cli("pod", "exec", "acme/one", "--", "cat", "/own-mark")).stdout.trim()).toBe(mark);
      const client = plane.client();
      const { id } = await client.terminals.open("acme", "one", { command: ["sh", "-c", "cp /own-mark /data/typed; sleep 60"] });
      await vi.waitFor(() => expect(readFileSync(join(folder.path, "typed"), "utf8")).toBe(mark), wait);
      await client.terminals.close("acme", "one", id);
      await client.close();
      const events = await plane.json<{ type: string }[]>("pod", "events", "acme/one");
      expect(events.map(({ type }) => type)).toContain("pod.adopted");
      expect(JSON.stringify(events)).not.toContain("s3cret-value");
    });

    it("is nobody else's then: not discovered, not adopted again, unknown to nobody", inOrder, async () => {
      const all = await plane.json<ForeignContainerView[]>("migrate", "discover");
      expect(all.map(({ id }) => id)).not.toContain(before.id);
      expect(await fails("migrate", "adopt", before.id, "acme/two", "--yes")).toMatch(/ERROR conflict: .*is pod acme\/one already/);
      const doctor = await plane.json<{ check: string; status: string }[]>("doctor");
      expect(doctor.filter(({ check }) => check === "objects")).toMatchObject([{ status: "ok" }]);
      const passed = await plane.json<{ kind: string; pod: string }[]>("reconcile");
      expect(passed.filter(({ kind }) => kind !== "save-status")).toEqual([]);
      expect(runOf(before.id)).toEqual(before);
    });

    it("outlives the server untouched", inOrder, async () => {
      plane.kill("server");
      await vi.waitFor(async () => expect(await view("one")).toMatchObject({ phase: "running" }), wait);
      await ask("one");
      expect(runOf(before.id)).toEqual(before);
    });

    it("killed, it is started again by AgentPod: the same container, with all it wrote", inOrder, async () => {
      docker("kill", before.id);
      await vi.waitFor(() => expect(seen(before.id).State).toMatchObject({ Status: "running" }), wait);
      await serves("one");
      const now = runOf(before.id);
      expect(now.startedAt).not.toBe(before.startedAt);
      expect(seen(before.id).RestartCount).toBe(0);
      expect(await ask("one")).toMatchObject({ visits: 1, mark });
      await vi.waitFor(async () => expect((await view("one")).units[0]?.restarts).toBe(1), wait);
    });

    it("stopped and started by its owner, it is the same container", inOrder, async () => {
      await plane.json("pod", "stop", "acme/one", "--wait");
      expect(seen(before.id).State.Status).toBe("exited");
      await plane.json("pod", "start", "acme/one", "--wait");
      expect(await ask("one")).toMatchObject({ mark });
    });

    it("removed, it is made anew with its data and what it was told, and with the limits of a pod", inOrder, async () => {
      docker("rm", "-f", "-v", before.id);
      await vi.waitFor(async () => expect(adoptedBy(await view("one"))).toMatchObject({ reason: "MadeAnew" }), wait);
      await serves("one");
      const pod = await view("one");
      const id = pod.units[0]?.containerId ?? "";
      expect(id).not.toBe(before.id);
      const told = await ask("one");
      expect(told).toMatchObject({ visits: 1, greeting: "hello", token: "s3cret-value" });
      expect(told.mark).not.toBe(mark);
      expect(seen(id)).toMatchObject({
        HostConfig: { Memory: 2048 * 1024 * 1024, CapDrop: ["ALL"], RestartPolicy: { Name: "no" } },
        // Programs hold leases under it.
        Config: { Hostname: before.id.slice(0, 12), Labels: { "agentpod.installation": plane.id() } },
      });
      expect(JSON.stringify(pod)).not.toContain("s3cret-value");
      expect(await fails("migrate", "release", "acme/one", "--yes")).toMatch(/ERROR conflict: .*made anew/);
    });

    it("an update reaches it, and a spec can ask for no folder of the machine", inOrder, async () => {
      const { spec } = await view("one");
      const unit = { ...spec.units[0], env: { GREETING: "changed" } };
      const file = await plane.specFile({ ...spec, units: [unit] });
      await plane.json("pod", "update", "acme/one", "--spec", file, "--wait");
      expect(await ask("one")).toMatchObject({ visits: 1, greeting: "changed", token: "s3cret-value" });
      const bad = await plane.specFile({ ...spec, units: [{ ...unit, binds: ["/:/host"] }] });
      expect(await fails("pod", "update", "acme/one", "--spec", bad)).toMatch(/ERROR forbidden: .*a path of the host/);
    });

    it("deleting asks what becomes of its volumes, and leaves the folder in any case", inOrder, async () => {
      expect(await fails("pod", "delete", "acme/one", "--yes")).toMatch(/ERROR invalid: .*--keep-data or --delete-data/);
      await plane.json("pod", "delete", "acme/one", "--delete-data", "--yes", "--wait");
      expect(folder.visits()).toBe(1);
      await vi.waitFor(() => expect(engineObjects(plane.id())).toEqual([]), wait);
    });
  });

  describe.skipIf(composeProgram() === null)("a service of Docker Compose with restart: always (skipped without Compose)", () => {
    const files = hostFolder();
    const project = named("c");
    let compose: Compose;
    let before: ReturnType<typeof runOf>;
    let name: string;
    const intact = () => expect(runOf(before.id)).toEqual(before);

    beforeAll(async () => {
      const service = (more: object) => ({ image: "node:24-bookworm-slim", command: ["node", "-e", visitedProgram], ...more });
      const content = {
        version: "2.4",
        services: {
          bot: service({
            restart: "always",
            environment: { GREETING: "composed" },
            volumes: ["data:/data", `${files.path}:/config`],
            expose: ["8080"],
          }),
          friend: service({ volumes: ["data:/data:ro"] }),
        },
        volumes: { data: {} },
      };
      writeFileSync(join(files.path, "docker-compose.yml"), JSON.stringify(content));
      compose = composeProject(files.path, project, {});
      await compose.run("up", "-d");
      before = runOf(await compose.container("bot"));
      name = seen(before.id).Name.slice(1);
    }, 120_000);
    afterAll(async () => {
      await compose?.run("down", "-v").catch(() => undefined);
      files.remove();
    }, 120_000);

    it("is discovered with its project", inOrder, async () => {
      const all = await plane.json<ForeignContainerView[]>("migrate", "discover", "--compose", project);
      expect(all.map(({ compose: of }) => of)).toEqual(expect.arrayContaining(["bot", "friend"].map((service) => ({ project, service }))));
      expect(all.find(({ id }) => id === before.id)).toMatchObject({
        volumes: [{ name: `${project}_data`, isAnonymous: false }],
        restart: "always",
      });
    });

    it("is taken over, wherever the server is killed meanwhile, and never touched", inOrder, async () => {
      const steps = ["allocate", "adopt-unit", "set-route", "serve-routes"];
      await plane.crashAt(...steps.flatMap((step) => [`before:${step}`, `after:${step}`]));
      await plane.cli("migrate", "adopt", name, "acme/bot", "--port", "8080", "--yes");
      await vi.waitFor(
        async () => {
          expect(plane.pendingCrashes()).toEqual([]);
          expect(await view("bot")).toMatchObject({ phase: "running", health: "healthy" });
        },
        { ...wait, timeout: 480_000 },
      );
      intact();
      expect(await ask("bot")).toMatchObject({ greeting: "composed" });
      expect(seen(before.id).HostConfig.RestartPolicy.Name).toBe("no");
    });

    it("its friends reach it as before, and the engine restarts it no more", inOrder, async () => {
      const script = "fetch('http://bot:8080').then((r) => console.log(r.status))";
      expect(docker("exec", await compose.container("friend"), "node", "-e", script)).toBe("200");
      await ask("bot", "/visit");
      docker("kill", before.id);
      await vi.waitFor(() => expect(seen(before.id).State.Status).toBe("running"), wait);
      expect(seen(before.id).RestartCount).toBe(0);
      await serves("bot");
      expect(await ask("bot")).toMatchObject({ visits: 1 });
      before = runOf(before.id);
    });

    it("is given back, wherever the server is killed meanwhile: as it was found, running on", inOrder, async () => {
      // Its pod's network was made when it was started again.
      const steps = ["drop-routes", "release-unit", "remove-pod", "forget"];
      await plane.crashAt(...steps.flatMap((step) => [`before:${step}`, `after:${step}`]));
      await plane.cli("migrate", "release", "acme/bot", "--yes");
      await vi.waitFor(
        async () => {
          expect(plane.pendingCrashes()).toEqual([]);
          expect((await plane.cli("pod", "status", "acme/bot")).stderr).toMatch(/not_found/);
        },
        { ...wait, timeout: 480_000 },
      );
      intact();
      const now = seen(before.id);
      expect(now).toMatchObject({ Name: `/${name}`, HostConfig: { RestartPolicy: { Name: "always" } } });
      expect(Object.keys(now.NetworkSettings.Networks)).toEqual([`${project}_default`]);
      expect(docker("volume", "inspect", `${project}_data`)).toContain(`${project}_data`);
      await vi.waitFor(() => expect(engineObjects(plane.id())).toEqual([]), wait);
      // Compose knows it as ever.
      await compose.run("up", "-d");
      intact();
    });

    it("adopted again and removed, it is made anew on its volume and its network", inOrder, async () => {
      await plane.json("migrate", "adopt", name, "acme/again", "--port", "8080", "--wait", "--yes");
      intact();
      docker("rm", "-f", before.id);
      await vi.waitFor(async () => expect(adoptedBy(await view("again"))).toMatchObject({ reason: "MadeAnew" }), wait);
      await serves("again");
      expect(await ask("again")).toMatchObject({ visits: 1, greeting: "composed" });
      const script = "fetch('http://bot:8080').then((r) => console.log(r.status))";
      expect(docker("exec", await compose.container("friend"), "node", "-e", script)).toBe("200");
      await plane.json("pod", "delete", "acme/again", "--keep-data", "--yes", "--wait");
      expect(docker("volume", "inspect", `${project}_data`)).toContain(`${project}_data`);
    });
  });

  describe("what is refused, with a reason", () => {
    it.each<[string, string[], RegExp]>([
      ["on the machine's network", ["--network", "host"], /ERROR invalid: .*network "host"/],
      ["of another AgentPod", ["--label", "agentpod.installation=other"], /ERROR invalid: .*another AgentPod, installation other/],
      ["with a folder of the system", ["-v", "/etc:/host-etc:ro"], /ERROR forbidden: .*folder \/etc of this machine's own.*--dangerous/],
      ["with the engine's socket", ["-v", "/var/run/docker.sock:/var/run/docker.sock"], /ERROR forbidden: .*engine's socket/],
    ])("one %s", async (what, options, reason) => {
      const name = byHand(what.replaceAll(/[^a-z]/g, ""), ...options);
      const before = runOf(name);
      expect(await fails("migrate", "adopt", name, "acme/bad", "--port", "8080", "--yes")).toMatch(reason);
      expect(runOf(name)).toEqual(before);
      expect(seen(name)).toMatchObject({ Name: `/${name}` });
      await gone("bad");
    });

    it("what may harm the machine is adopted where that is said, and it is written down", async () => {
      const name = byHand("dangerous", "-v", "/etc:/host-etc:ro");
      const before = runOf(name);
      await plane.json("migrate", "adopt", name, "acme/dangerous", "--port", "8080", "--dangerous", "--wait", "--yes");
      const events = await plane.json<{ type: string; data: object }[]>("pod", "events", "acme/dangerous");
      expect(events.find(({ type }) => type === "pod.adopted")?.data).toMatchObject({ dangerous: true, folders: ["/etc"] });
      await plane.json("migrate", "release", "acme/dangerous", "--wait", "--yes");
      expect(runOf(name)).toEqual(before);
    });

    it("one that has ended, and one that is not there", async () => {
      const name = byHand("ended");
      docker("stop", "-t", "0", name);
      expect(await fails("migrate", "adopt", name, "acme/bad", "--port", "8080", "--yes")).toMatch(
        /ERROR invalid: .*not running \(exited\)/,
      );
      expect(await fails("migrate", "adopt", named("never"), "acme/bad", "--yes")).toMatch(/ERROR not_found: /);
    });

    it("anything, to who is not admin of the platform", async () => {
      const { secret } = await plane.json<{ secret: string }>("token", "create", "customer", "--tenant", "acme", "--role", "admin");
      const name = byHand("theirs");
      const as = { AGENTPOD_TOKEN: secret, AGENTPOD_URL: `http://localhost:${plane.port}` };
      for (const args of [["discover"], ["adopt", name, "acme/theirs", "--port", "8080", "--yes"], ["release", "acme/theirs", "--yes"]]) {
        const { code, stderr } = await plane.cliWith(as, "migrate", ...args);
        expect([code === 0, stderr]).toEqual([false, expect.stringMatching(/ERROR forbidden: .*platform\.adopt/)]);
      }
    });
  });
});
