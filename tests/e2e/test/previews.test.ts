import { rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DeploymentView } from "@agentpod/core/api/deployment-view";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { engineAnswers, engineObjects } from "../src/engine.ts";
import { type Installation, makeInstallation } from "../src/installation.ts";
import { keepAliveLoad } from "../src/keep-alive-load.ts";
import { type ShopOptions, shopProject } from "../src/shop-project.ts";
import { processTraces } from "../src/traces.ts";

const wait = { timeout: 300_000, interval: 200 };
const host = "shop-main.localhost";
const beside = "shop-new-cart-main.localhost";

for (const { runtime, isHere } of [
  { runtime: "process" as const, isHere: process.platform === "linux" },
  { runtime: "docker" as const, isHere: engineAnswers() },
])
  describe.skipIf(!isHere)(`C8 previews, promotion and restart on ${runtime}`, { timeout: 1_200_000 }, () => {
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

    const deploy = async (options: ShopOptions, ...more: string[]) => {
      const folder = await shopProject(options);
      folders.push(folder);
      const done = await plane.cli("deploy", folder, "--name", "shop", "-o", "json", ...more);
      expect([done.code, done.stderr]).toEqual([0, ""]);
      return JSON.parse(done.stdout) as DeploymentView;
    };
    const buy = (at: string, name: string) => plane.get(at, "/items", { method: "POST", body: JSON.stringify({ name }) });

    it("a preview stands beside the project, with an address, data and variables of its own", async () => {
      await deploy({ version: "one" }, "--env", "GREETING=hello");
      await buy(host, "apple");
      const made = await deploy({ version: "two" }, "--preview", "new-cart", "--ttl", "2h");
      expect([made.name, made.url]).toEqual(["shop-new-cart", expect.stringContaining(beside)]);
      expect(await plane.get(beside)).toEqual({ status: 200, body: "two" });
      expect((await plane.get(beside, "/items")).body).toBe("[]");
      expect((await plane.get(beside, "/env")).body).toBe('{"GREETING":"hello"}');
      expect(await plane.get(host)).toEqual({ status: 200, body: "one" });
      expect((await plane.get(host, "/items")).body).toBe('[{"name":"apple"}]');
    });

    it("promoted under load: as it was built, with the project's data; no request fails", async () => {
      const load = keepAliveLoad(plane.port, host, ["/", "/", "/items"]);
      const done = await plane.cli("deployment", "promote", "main/shop", "--from", "shop-new-cart", "-o", "json");
      await vi.waitFor(() => expect(load.seen.get("two") ?? 0).toBeGreaterThan(3), wait);
      await load.stop();
      expect([done.code, done.stderr]).toEqual([0, ""]);
      const view = JSON.parse(done.stdout) as DeploymentView;
      expect(view.artifact).toBe((await client.deployments.get("main", "shop-new-cart", 1)).artifact);
      const operation = await client.operations.get(view.operation ?? "");
      expect(operation.steps.map(({ name }) => name)).not.toContain("install");
      expect(load.failed).toEqual([]);
      expect((await plane.get(host, "/items")).body).toBe('[{"name":"apple"}]');
    });

    it("started anew under load: no request fails, the database runs on", async () => {
      const runs = async () =>
        Object.fromEntries((await client.pods.get("main", "shop")).units.map(({ name, startedAt }) => [name, startedAt]));
      const before = await runs();
      const load = keepAliveLoad(plane.port, host, ["/", "/items"]);
      const done = await plane.cli("deployment", "restart", "main/shop", "-o", "json");
      await load.stop();
      expect([done.code, done.stderr, load.failed]).toEqual([0, "", []]);
      const after = await runs();
      expect([after.app === before.app, after.db === before.db]).toEqual([false, true]);
    });

    it("its time over while the server was killed: everything of it goes, and nothing else", async () => {
      await plane.inStore(async (store) => {
        const { id } = await store.tenants.get("main");
        await store.previews.extend(id, "shop-new-cart", -1);
      });
      plane.kill("server");
      await vi.waitFor(async () => expect(await client.deployments.previews("main")).toEqual([]), wait);
      await vi.waitFor(async () => expect((await client.pods.list()).map(({ name }) => name).sort()).toEqual(["shop", "shop-build"]), wait);
      expect((await plane.get(beside)).status).toBe(404);
      expect(await plane.get(host)).toEqual({ status: 200, body: "two" });
    });

    it("destroyed: nothing is left", async () => {
      expect((await plane.cli("deployment", "destroy", "main/shop", "--yes")).code).toBe(0);
      const left = () => (runtime === "docker" ? engineObjects(plane.id()) : processTraces(plane.home, plane.uids));
      await vi.waitFor(() => expect(left()).toEqual([]), wait);
    });
  });

// The image of 15 is the one whose client programs are of its server's version on this machine.
describe.skipIf(!engineAnswers())("C8 dump and restore in a container", { timeout: 1_200_000 }, () => {
  let plane: Installation;
  const file = join(tmpdir(), `agentpod-e2e-${process.pid}.dump`);
  beforeAll(async () => {
    plane = await makeInstallation("docker");
    await plane.start();
    expect((await plane.cli("tenant", "create", "acme")).code).toBe(0);
    expect((await plane.cli("pod", "create", "acme/data", "--template", "postgres-15", "--wait")).code).toBe(0);
  }, 600_000);
  afterAll(async () => {
    await plane?.destroy();
    await rm(file, { force: true });
  }, 600_000);
  const sql = async (text: string) => {
    const done = await plane.cli("db", "shell", "acme/data", "--", "-At", "-c", text);
    expect([done.code, done.stderr]).toEqual([0, ""]);
    return done.stdout.trim();
  };

  it("brings back what was dumped; the password is nowhere but where it is asked for", async () => {
    await vi.waitFor(() => sql("select 1"), wait);
    await sql("create table customers as select md5(i::text) as name from generate_series(1, 200000) i");
    const dumped = await plane.cli("db", "dump", "acme/data", file);
    expect([dumped.code, dumped.stderr]).toEqual([0, ""]);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    await sql("delete from customers");
    expect((await plane.cli("db", "restore", "acme/data", file, "--confirm", "acme/data")).code).toBe(0);
    expect(await sql("select count(*) from customers")).toBe("200000");
    const masked = await plane.cli("db", "url", "acme/data");
    const revealed = await plane.cli("db", "url", "acme/data", "--reveal");
    expect(masked.stdout.trim()).toBe("postgres://app:******@db:5432/app");
    const password = new URL(revealed.stdout.trim()).password;
    expect(password.length).toBeGreaterThan(8);
    expect(plane.output()).not.toContain(password);
  });
});
