import { join } from "node:path";
import type { DeployRequest } from "@agentpod/core/api/deployment-view";
import type { OperationView } from "@agentpod/core/api/operation-view";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { engineAnswers, engineObjects } from "../src/engine.ts";
import { root } from "../src/installation.ts";
import { type KeepAliveLoad, keepAliveLoad } from "../src/keep-alive-load.ts";
import { areLongTests, unlessLong } from "../src/long-tests.ts";
import { processTraces } from "../src/traces.ts";
import { type WalkedOperation, type WalkedShop, walkedShop } from "../src/walked-shop.ts";

const wait = { timeout: 300_000, interval: 100 };
const host = "shop-acme.localhost";
/** Of what a step does outside the database, processes tell as much as containers do, and sooner: the longer walks are theirs. */
const isWalkedWhole = (runtime: "process" | "docker"): boolean => runtime === "process";
/** Each walk needs what the one before left. */
const inOrder = { concurrent: false };
const timeout = 3_600_000;

const runtimes = [
  { runtime: "process" as const, isHere: process.platform === "linux" },
  { runtime: "docker" as const, isHere: engineAnswers() && areLongTests },
];

// Both at once: most of it is waiting for servers to start and programs to answer.
for (const { runtime, isHere } of runtimes)
  describe(
    `P14 C3 C8 the server killed in each step of a deployment on ${runtime}${isHere ? "" : unlessLong}`,
    { concurrent: true, skip: !isHere, timeout },
    () => walk(runtime),
  );

interface Asked extends Partial<DeployRequest> {
  name?: string;
  /** Ends at once instead of listening. */
  breaks?: boolean;
}

function walk(runtime: "process" | "docker"): void {
  let shop: WalkedShop;
  let load: KeepAliveLoad;
  let first: OperationView;
  let good: OperationView;
  let bad: OperationView;
  let destroyed: OperationView;
  /** The version that each deployment of the shop brought. */
  const versions = new Map<number, string>();
  let serving = "";
  let count = 1;
  const table: Record<string, string | number>[] = [];

  beforeAll(async () => {
    shop = await walkedShop(runtime);
  }, 900_000);
  afterAll(async () => {
    await load?.stop();
    await shop?.destroy();
  }, 600_000);

  const newest = async (name: string) => {
    const [found] = await shop.client.deployments.list("acme", { name, limit: 1 });
    if (!found) throw new Error(`nothing of ${name} was deployed`);
    return found;
  };
  const servingNumber = async () =>
    (await shop.client.deployments.list("acme", { name: "shop", limit: 100 })).find((each) => each.serves)?.number;
  const pod = (name = "shop") => shop.client.pods.get("acme", name);
  const podNames = async () => (await shop.client.pods.list()).map(({ name }) => name).sort();
  const names = ({ steps }: OperationView) => steps.map(({ name }) => name);
  const when = isWalkedWhole(runtime) ? ["before", "done"] : ["before"];
  const points = ({ steps }: OperationView, ...wanted: string[]) =>
    steps.filter(({ name }) => wanted.includes(name)).flatMap(({ seq }) => when.map((word) => `${word}:operation:${seq}`));

  function deploy(version: string, { breaks = false, name = "shop", ...more }: Asked = {}): () => Promise<string> {
    const environment = { VERSION: version, BREAKS: breaks ? "1" : null };
    const application = more.preview ? `${name}-${more.preview.name}` : name;
    return () => shop.begin(application, () => shop.client.deployments.deploy("acme", name, { source: shop.source, environment, ...more }));
  }

  /** The same again with kills in a step of it, in its place in the table. What is not only in the database is killed for once it is done, too. */
  async function killed(what: string, like: OperationView, begin: () => Promise<string>, ...steps: string[]): Promise<WalkedOperation> {
    const began = Date.now();
    const done = await shop.through(points(like, ...steps), begin);
    const at = (name: string) =>
      when.filter((word) => done.killedAt.includes(`${word}:operation:${like.steps.find((step) => step.name === name)?.seq}`));
    const seconds = Math.round((Date.now() - began) / 100) / 10;
    for (const step of steps) table.push({ what, step, killed: at(step).join(", "), ended: done.state, seconds });
    for (const step of steps) expect(at(step), step).toContain("before");
    expect(names(done), JSON.stringify(done.steps)).toEqual(names(like));
    expect(done.state, JSON.stringify(done.steps)).toBe(like.state);
    return done;
  }

  /** This version alone serves, its migrations ran once, and nothing else is there. */
  async function serves(version: string, name = "shop"): Promise<void> {
    const at = `${name}-acme.localhost`;
    await vi.waitFor(async () => expect(await shop.plane.get(at)).toEqual({ status: 200, body: version }), wait);
    const migrated: { version: string; times: number }[] = JSON.parse((await shop.plane.get(at, "/migrated")).body);
    expect(migrated.filter((one) => one.version === version)).toEqual([{ version, times: 1 }]);
    const { spec, units, phase } = await pod(name);
    const both = ["app", "db"];
    expect([phase, spec.units.map((unit) => unit.name).sort(), units.map((unit) => unit.name).sort()]).toEqual(["running", both, both]);
    expect((await newest(name)).state).not.toBe("running");
  }

  async function brings(version: string): Promise<void> {
    const { number, serves: isServing } = await newest("shop");
    expect(isServing).toBe(true);
    versions.set(number, version);
    serving = version;
    await serves(version);
  }

  /** Says where it failed and why, once. */
  async function saysWhy(operation: OperationView, name: string, version: string): Promise<void> {
    const record = await newest(name);
    expect(record).toMatchObject({ operation: operation.id, state: "failed", step: "probe", serves: false });
    expect(record.message).toMatch(/^Step probe failed: app: .*last lines/);
    const { log, relevant } = await shop.client.deployments.log("acme", name, record.number);
    expect(relevant.join("\n")).toContain(`the shop is broken: ${version}`);
    expect(log.match(/^==== .*$/gm), log).toEqual(["==== build", "==== application"]);
  }

  it("which steps there are: of one that succeeds, and of one that fails", inOrder, async () => {
    first = await shop.ended(await deploy("v0")());
    expect(first.state, JSON.stringify(first.steps)).toBe("succeeded");
    await brings("v0");
    load = keepAliveLoad(shop.plane.port, host, ["/", "/healthz"], 250);
    good = await shop.ended(await deploy("v1")());
    expect(good.state, JSON.stringify(good.steps)).toBe("succeeded");
    await brings("v1");
    bad = await shop.ended(await deploy("bad", { breaks: true })());
    expect(bad.state, JSON.stringify(bad.steps)).toBe("failed");
    await saysWhy(bad, "shop", "bad");
    expect(names(good)).toEqual(expect.arrayContaining(["turn", "analyse", "build", "install", "migrated", "probe", "drain", "end"]));
    expect(names(bad)).toEqual(expect.arrayContaining(["probe", "keep-log", "give-back", "serves-on", "end"]));
  });

  it("a deployment of its own for each step: it serves, and the next one goes through", inOrder, async () => {
    for (const step of names(good)) {
      const version = `v${++count}`;
      await killed("deploy", good, deploy(version), step);
      await brings(version);
    }
  });

  it("each step after one that failed: it says why, and what served before was never touched", inOrder, async () => {
    for (const step of names(bad).slice(names(bad).indexOf("probe"))) {
      const version = `bad${++count}`;
      const before = await pod();
      const done = await killed("deploy that fails", bad, deploy(version, { breaks: true }), step);
      await saysWhy(done, "shop", version);
      await serves(serving);
      const after = await pod();
      const runs = ({ units }: typeof before) => units.map(({ name, runId }) => `${name} ${runId}`).sort();
      expect([after.spec, runs(after)]).toEqual([before.spec, runs(before)]);
      expect(await pod("shop-build")).toMatchObject({ desired: "stopped" });
      expect(await podNames()).toEqual(["shop", "shop-build"]);
    }
  });

  it("a project of another kind, in the steps that are its own", inOrder, async () => {
    const [name, example, says] =
      runtime === "process" ? ["site", "static", "<h1>It works</h1>"] : ["stack", "compose", "The database answers: true"];
    const source = await shop.upload(join(root, "examples", example));
    const begin = deploy("v0", { name, source });
    await shop.ended(await begin());
    const like = await shop.ended(await begin());
    expect(like.state, JSON.stringify(like.steps)).toBe("succeeded");
    const own = names(like).filter((step) => !names(good).includes(step));
    expect(own).toEqual(runtime === "process" ? ["lay-out"] : ["contexts", "keep-contexts"]);
    await killed(example, like, begin, ...own);
    await vi.waitFor(async () => expect((await shop.plane.get(`${name}-acme.localhost`)).body).toContain(says), wait);
    destroyed = await shop.ended(await shop.beginDestroy(name));
    expect(destroyed.state, JSON.stringify(destroyed.steps)).toBe("succeeded");
  });

  if (isWalkedWhole(runtime)) {
    it.skipIf(!areLongTests)(`each step of going back, all in one${unlessLong}`, inOrder, async () => {
      const back = (number?: number) => () => shop.begin("shop", () => shop.client.deployments.rollBack("acme", "shop", { number }));
      const broughtBack = async () => {
        const { target } = await newest("shop");
        await brings(versions.get(target ?? 0) ?? "nothing that it brought");
      };
      const last = await servingNumber();
      const like = await shop.ended(await back()());
      expect(like.state, JSON.stringify(like.steps)).toBe("succeeded");
      await broughtBack();
      await killed("rollback", like, back(last), ...names(like));
      await broughtBack();
    });

    it("a preview, with a database of its own: what a first deployment has more", inOrder, async () => {
      await killed(
        "preview",
        first,
        deploy("p1", { preview: { name: "p1" } }),
        ...names(first).filter((name) => !names(good).includes(name)),
      );
      await serves("p1", "shop-p1");
      await serves(serving);
    });

    it.skipIf(!areLongTests)(
      `a first one that fails, in what is done after it did: nothing but its log is left${unlessLong}`,
      inOrder,
      async () => {
        const pods = await podNames();
        const begin = deploy("never", { name: "broken", breaks: true });
        const like = await shop.ended(await begin());
        expect(like.state, JSON.stringify(like.steps)).toBe("failed");
        const done = await killed("first that fails", like, begin, ...names(like).slice(names(like).indexOf("probe") + 1));
        await saysWhy(done, "broken", "never");
        expect(await podNames()).toEqual(pods);
        expect((await shop.plane.get("broken-acme.localhost")).status).toBe(404);
      },
    );
  }

  it("meanwhile no request was lost, and none met a version that failed", inOrder, async () => {
    await load.stop();
    expect(load.failed).toEqual([]);
    expect([...load.seen.keys()].filter((answer) => !/^(v[0-9]+|\[\{"well":1\}\])$/.test(answer))).toEqual([]);
  });

  it("its end: nothing is left", inOrder, async () => {
    const end = () => shop.beginDestroy("shop");
    if (isWalkedWhole(runtime)) await killed("destroy", destroyed, end, ...names(destroyed));
    else expect((await shop.ended(await end())).state).toBe("succeeded");
    for (const { name } of await shop.client.deployments.list("acme", { name: "broken", limit: 1 }))
      expect((await shop.ended(await shop.beginDestroy(name))).state).toBe("succeeded");
    expect(await podNames()).toEqual([]);
    expect(await shop.client.deployments.list("acme")).toEqual([]);
    expect((await shop.plane.get(host)).status).toBe(404);
    const left = () => (runtime === "docker" ? engineObjects(shop.plane.id()) : processTraces(shop.plane.home, shop.plane.uids));
    await vi.waitFor(() => expect(left()).toEqual([]), wait);
    console.log(runtime);
    console.table(table);
  });
}
