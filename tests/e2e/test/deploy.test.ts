import { rm } from "node:fs/promises";
import type { DeploymentView } from "@agentpod/core/api/deployment-view";
import { isEnded } from "@agentpod/core/operation";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { engineAnswers, engineObjects } from "../src/engine.ts";
import { type Installation, makeInstallation } from "../src/installation.ts";
import { keepAliveLoad } from "../src/keep-alive-load.ts";
import { type ShopOptions, shopProject } from "../src/shop-project.ts";
import { processTraces } from "../src/traces.ts";

const wait = { timeout: 300_000, interval: 200 };
const host = "shop-main.localhost";
/** Several visitors, one that reads the database, and one whose request is always under way for five seconds. */
const visitors = ["/", "/", "/", "/items", "/slow"];

for (const { runtime, isHere } of [
  { runtime: "process" as const, isHere: process.platform === "linux" },
  { runtime: "docker" as const, isHere: engineAnswers() },
])
  describe.skipIf(!isHere)(`C3 C7 C8 deployments on ${runtime}`, { timeout: 1_200_000 }, () => {
    let plane: Installation;
    let client: ReturnType<Installation["client"]>;
    const folders: string[] = [];

    beforeAll(async () => {
      plane = await makeInstallation(runtime);
      await plane.start();
      client = plane.client();
    }, 600_000);
    afterAll(async () => {
      await client?.close();
      await plane?.destroy();
      for (const folder of folders) await rm(folder, { recursive: true, force: true });
    }, 600_000);

    const project = async (options: ShopOptions): Promise<string> => {
      const folder = await shopProject(options);
      folders.push(folder);
      return folder;
    };
    const deploy = async (options: ShopOptions, ...more: string[]) =>
      plane.cli("deploy", await project(options), "--name", "shop", "-o", "json", ...more);
    const shown = (stdout: string): DeploymentView => JSON.parse(stdout);
    const podNames = async () => (await client.pods.list()).map(({ name }) => name).sort();

    it("from a clean home to a URL that stores and returns rows", async () => {
      const { code, stdout, stderr } = await deploy({ version: "one" }, "--env", "GREETING=hello");
      expect([code, stderr]).toEqual([0, ""]);
      const view = shown(stdout);
      expect(view).toMatchObject({
        state: "succeeded",
        number: 1,
        serves: true,
        environment: { GREETING: 1 },
        url: expect.stringContaining(host),
      });
      expect(view.artifact).toMatch(/^sha256:/);
      expect(stdout).not.toContain("hello");
      expect(await plane.get(host)).toEqual({ status: 200, body: "one" });
      expect((await plane.get(host, "/items", { method: "POST", body: '{"name":"apple"}' })).body).toBe('[{"name":"apple"}]');
      expect((await plane.get(host, "/items")).body).toBe('[{"name":"apple"}]');
      expect((await plane.get(host, "/env")).body).toBe('{"GREETING":"hello"}');
      const { log } = await client.deployments.log("main", "shop", 1);
      expect(log).toContain("==> npm ci");
      expect(await podNames()).toEqual(["shop", "shop-build"]);
    });

    it("edited and deployed again under load: no request fails, one of five seconds is always under way", async () => {
      const load = keepAliveLoad(plane.port, host, visitors);
      const { code, stderr } = await deploy({ version: "two" }, "--env", "GREETING=good day");
      await vi.waitFor(() => expect(load.seen.get("two") ?? 0).toBeGreaterThan(3), wait);
      await load.stop();
      expect([code, stderr]).toEqual([0, ""]);
      expect(load.failed).toEqual([]);
      expect([...load.seen.keys()]).toEqual(expect.arrayContaining(["one", "two", '[{"name":"apple"}]']));
      expect((await plane.get(host, "/env")).body).toBe('{"GREETING":"good day"}');
      expect(JSON.parse((await plane.get(host, "/migrated")).body)).toEqual([
        { version: "one", times: 1 },
        { version: "two", times: 1 },
      ]);
      // Nothing of what npm lays depends on the line that changed.
      const { log } = await client.deployments.log("main", "shop", 2);
      expect(log).toContain("its packages are those of before");
      expect(log).not.toMatch(/added \d+ packages/);
    });

    it("one that does not start: which step, its log, and what served before serves on; nothing else of it stays", async () => {
      const generation = (await client.pods.get("main", "shop")).spec.units.find(({ name }) => name === "app")?.code?.artifact;
      const load = keepAliveLoad(plane.port, host, visitors);
      const { code, stdout, stderr } = await deploy({ version: "three", breaks: true });
      await load.stop();
      expect([code, stdout], stderr).toEqual([expect.any(Number), expect.stringContaining('"failed"')]);
      expect(code).not.toBe(0);
      expect(shown(stdout)).toMatchObject({
        state: "failed",
        step: "probe",
        number: 3,
        message: expect.stringContaining("Step probe failed"),
      });
      const { log, relevant } = await client.deployments.log("main", "shop", 3);
      expect([log, relevant.join("\n")]).toEqual(Array(2).fill(expect.stringContaining("the shop is broken: three")));
      expect(load.failed).toEqual([]);
      expect([...load.seen.keys()].sort()).toEqual(['[{"name":"apple"}]', "two"]);
      const pod = await client.pods.get("main", "shop");
      expect(pod.spec.units.map(({ name }) => name).sort()).toEqual(["app", "db"]);
      expect(pod.spec.units.find(({ name }) => name === "app")?.code?.artifact).toBe(generation);
    });

    it("rolled back under load, code and configuration together: no request fails", async () => {
      const load = keepAliveLoad(plane.port, host, visitors);
      const { code, stdout, stderr } = await plane.cli("deployment", "rollback", "main/shop", "-o", "json");
      await vi.waitFor(() => expect(load.seen.get("one") ?? 0).toBeGreaterThan(3), wait);
      await load.stop();
      expect([code, stderr]).toEqual([0, ""]);
      expect(shown(stdout)).toMatchObject({ action: "rollback", target: 1, state: "succeeded" });
      expect(load.failed).toEqual([]);
      expect((await plane.get(host, "/env")).body).toBe('{"GREETING":"hello"}');
      expect((await plane.get(host, "/items")).body).toBe('[{"name":"apple"}]');
    });

    it("the same once more, with another variable: nothing is built again", async () => {
      const done = await plane.cli("deployment", "redeploy", "main/shop", "--unset-env", "GREETING", "-o", "json");
      expect([done.code, done.stderr]).toEqual([0, ""]);
      expect((await plane.get(host, "/env")).body).toBe('{"GREETING":null}');
    });

    it("a first one that fails leaves nothing but its log", async () => {
      const folder = await project({ version: "never", manifest: { build: "node nothing.js" } });
      const { code, stdout } = await plane.cli("deploy", folder, "--name", "broken", "-o", "json");
      expect(code).not.toBe(0);
      expect(shown(stdout)).toMatchObject({
        ...{ state: "failed", step: "install" },
        message: expect.stringContaining("node nothing.js ended with exit code 1."),
      });
      const { log, relevant } = await client.deployments.log("main", "broken", 1);
      expect(log).toContain("==> npm ci");
      // What goes to the two streams may stand in another order.
      expect(relevant).toEqual(expect.arrayContaining(["==> node nothing.js", "==> node nothing.js: exit code 1"]));
      expect(await podNames()).toEqual(["shop", "shop-build"]);
    });

    it("cancelled in the middle of its build: nothing of it stays", async () => {
      const folder = await project({ version: "slow", manifest: { build: "sleep 3600" } });
      const begun = await plane.json<{ operation: { id: string } }>("deploy", folder, "--name", "slow", "--no-wait");
      await vi.waitFor(async () => {
        const { steps } = await client.operations.get(begun.operation.id);
        expect(steps.at(-1)).toMatchObject({ name: "install", state: "running" });
      }, wait);
      await vi.waitFor(async () => {
        const said: string[] = [];
        for await (const { text } of client.pods.logs("main", "slow-build", {})) said.push(text);
        expect(said).toContain("==> sleep 3600");
      }, wait);
      await plane.json("deployment", "cancel", "main/slow");
      await vi.waitFor(async () => expect(isEnded((await client.operations.get(begun.operation.id)).state)).toBe(true), wait);
      expect((await client.deployments.get("main", "slow", 1)).state).toBe("cancelled");
      const { log, relevant } = await client.deployments.log("main", "slow", 1);
      expect([log, relevant]).toEqual([expect.stringContaining("==> npm ci"), ["==> sleep 3600"]]);
      expect(await podNames()).toEqual(["shop", "shop-build"]);
    });

    it("of several at once the newest counts, after the one that is under way", async () => {
      const begin = async (options: ShopOptions) =>
        plane.json<{ deployment: { number: number } }>("deploy", await project(options), "--name", "shop", "--no-wait");
      const five = await begin({ version: "five", manifest: { build: "sleep 3600" } });
      const state = async ({ deployment }: typeof five) => (await client.deployments.get("main", "shop", deployment.number)).state;
      await vi.waitFor(async () => expect(await state(five)).toBe("running"), wait);
      const six = await begin({ version: "six" });
      const seven = await begin({ version: "seven" });
      await vi.waitFor(async () => expect(await state(six)).toBe("superseded"), wait);
      expect([await state(five), await state(seven)]).toEqual(["running", "queued"]);
      await plane.json("deployment", "cancel", "main/shop", "--number", String(five.deployment.number));
      await vi.waitFor(async () => expect([await state(five), await state(seven)]).toEqual(["cancelled", "succeeded"]), wait);
      expect(await plane.get(host)).toEqual({ status: 200, body: "seven" });
    });

    it("destroyed: no container, network, volume, image, process, route or secret is left", async () => {
      const done = await plane.cli("deployment", "destroy", "main/shop", "--yes", "-o", "json");
      expect([done.code, done.stderr]).toEqual([0, ""]);
      expect(await podNames()).toEqual([]);
      expect(await client.deployments.list("main", { name: "shop" })).toEqual([]);
      expect((await plane.get(host)).status).toBe(404);
      const left = () => (runtime === "docker" ? engineObjects(plane.id()) : processTraces(plane.home, plane.uids));
      await vi.waitFor(() => expect(left()).toEqual([]), wait);
      const facts = await plane.inStore((store) => store.pods.facts(null));
      expect(facts).toEqual([]);
    });
  });
