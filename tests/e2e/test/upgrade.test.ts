import { randomBytes } from "node:crypto";
import type { OperationView } from "@agentpod/core/api/operation-view";
import type { PodView } from "@agentpod/core/api/pod-view";
import { isEnded } from "@agentpod/core/operation";
import { templateSpec } from "@agentpod/core/template";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { engineAnswers } from "../src/engine.ts";
import { type Installation, makeInstallation } from "../src/installation.ts";
import { areLongTests, unlessLong } from "../src/long-tests.ts";
import { nodePod } from "../src/node-unit.ts";
import { startPrivilegedPostgres } from "../src/privileged-postgres.ts";

/** Ends at once in the version that it cannot stand; `newer` stands none but the first. */
const script = `
const { VERSION, BREAKS } = process.env;
if (VERSION === BREAKS || (BREAKS === "newer" && VERSION !== "1")) process.exit(3);
require("node:http").createServer((_, response) => response.end(VERSION)).listen(Number(process.env.PORT), process.env.HOST);
process.on("SIGTERM", () => process.exit(0));
`;

/** Keeps notes; the version that it cannot stand spoils them and ends. */
const keeping = `
const { existsSync, readFileSync, writeFileSync } = require("node:fs");
const { VERSION, BREAKS, DATA } = process.env;
const file = DATA + "/notes";
if (!existsSync(file)) writeFileSync(file, "kept since " + VERSION);
if (VERSION === BREAKS) { writeFileSync(file, "spoilt"); process.exit(3); }
require("node:http").createServer((_, response) => response.end(readFileSync(file))).listen(Number(process.env.PORT), process.env.HOST);
process.on("SIGTERM", () => process.exit(0));
`;

const template = (name: string, version: number) => {
  const env = { VERSION: String(version), BREAKS: "{{ inputs.breaks }}" };
  const data = { env: { ...env, DATA: "{{ volumes.data }}" }, volumes: [{ name: "data", path: "/data" }] };
  return templateSpec.parse({
    apiVersion: "agentpod/v1",
    kind: "Template",
    name,
    title: { en: "Shop", zh: "商店" },
    description: { en: `version ${version}`, zh: `版本 ${version}` },
    inputs: { breaks: { type: "string", default: "never" } },
    spec: name === "keeper" ? nodePod(keeping, data) : nodePod(script, { env }),
  });
};

const wait = { timeout: 120_000, interval: 100 };
/** Both runtimes at once, for most of it is waiting for a server to start; within one, each needs the one before. */
const inOrder = { concurrent: false };

for (const { runtime, isHere } of [
  { runtime: "process" as const, isHere: process.platform === "linux" && (areLongTests || !engineAnswers()) },
  { runtime: "docker" as const, isHere: engineAnswers() },
])
  describe(`A9 P14 upgrades on ${runtime}${isHere ? "" : unlessLong}`, { concurrent: true, skip: !isHere, timeout: 900_000 }, () => {
    let plane: Installation;
    let client: ReturnType<Installation["client"]>;
    let newest = 0;

    beforeAll(async () => {
      plane = await makeInstallation(runtime);
      await plane.start();
      client = plane.client();
      await client.tenants.create({ name: "acme" });
      await release();
    });
    afterAll(async () => {
      await client?.close();
      await plane?.destroy();
    });

    /** A newer version of the template. */
    async function release(): Promise<number> {
      newest++;
      expect((await client.templates.apply(template("shop", newest))).version).toBe(newest);
      return newest;
    }
    const create = async (name: string, breaks: string) => {
      await client.pods.create("acme", { name, template: "shop@1", inputs: { breaks } });
      await answers(name, "1");
    };
    const answers = (name: string, version: string) =>
      vi.waitFor(async () => expect(await plane.get(`${name}-acme.localhost`)).toEqual({ status: 200, body: version }), wait);
    const view = (name: string): Promise<PodView> => client.pods.get("acme", name);
    const ended = (id: string): Promise<OperationView> =>
      vi.waitFor(async () => {
        const operation = await client.operations.get(id);
        expect(isEnded(operation.state)).toBe(true);
        return operation;
      }, wait);

    it(
      "five pods one after another: the one that cannot stand the new version has its old one back, and answers all the time",
      inOrder,
      async () => {
        for (const name of ["a", "b", "c", "d", "e"]) await create(name, name === "c" ? "2" : "never");
        await release();
        const plan = await plane.json<{ pod: string; action: string }[]>("pod", "upgrade", "--all", "--dry-run");
        expect(plan.map(({ pod, action }) => `${pod} ${action}`)).toEqual(["a", "b", "c", "d", "e"].map((name) => `acme/${name} upgrade`));
        const seen = new Set<string>();
        const visiting = new AbortController();
        const visits = (async () => {
          while (!visiting.signal.aborted) {
            const { status, body } = await plane.get("c-acme.localhost");
            seen.add(`${status} ${body}`);
          }
        })();
        const upgraded = await plane.cli("pod", "upgrade", "--all", "--settle", "1", "--timeout", "90", "--wait", "-o", "json");
        visiting.abort();
        await visits;
        expect([...seen]).toEqual(["200 1"]);
        expect(upgraded.code).not.toBe(0);
        const operation = JSON.parse(upgraded.stdout) as OperationView;
        expect(operation).toMatchObject({
          state: "failed",
          message: "Upgraded: 4 of 5; rolled back: 1; failed: 0; changed by somebody else: 0; not begun: 0.",
        });
        for (const name of ["a", "b", "d", "e"]) await answers(name, "2");
        await answers("c", "1");
        expect(await view("c")).toMatchObject({ phase: "running", template: { name: "shop", version: 1 }, generation: 3 });
        const shown = await plane.cli("operation", "show", operation.id);
        expect(shown.stdout).toContain("roll-back acme/c");
        for (const name of ["c", "d", "e"]) await client.pods.delete("acme", name, false);
      },
    );

    it("with its data: what the new version spoilt is as it was before it", inOrder, async () => {
      await client.templates.apply(template("keeper", 1));
      await client.pods.create("acme", { name: "k", template: "keeper", inputs: { breaks: "2" } });
      await answers("k", "kept since 1");
      await client.templates.apply(template("keeper", 2));
      const { operation, plan } = await client.upgrades.start({ tenant: "acme", pod: "k", settleSeconds: 1, timeoutSeconds: 60 });
      expect(plan).toMatchObject([{ pod: "acme/k", withState: true }]);
      const done = await ended(operation?.id ?? "");
      expect(done.output, JSON.stringify(done.steps)).toMatchObject({ pods: [{ pod: "acme/k", outcome: "rolled_back" }] });
      await answers("k", "kept since 1");
      expect(await view("k")).toMatchObject({ phase: "running", template: { name: "keeper", version: 1 } });
      await client.pods.delete("acme", "k", false);
    });

    it("the server killed before and after each step: every version is written once, and all ends as without", inOrder, async () => {
      for (const { name } of await client.pods.list("acme")) await client.pods.delete("acme", name, false);
      await vi.waitFor(async () => expect(await client.pods.list("acme")).toEqual([]), wait);
      await create("a", "never");
      await create("b", "newer");
      const upgrade = async () => {
        await release();
        const { operation } = await client.upgrades.start({ tenant: "acme", settleSeconds: 1, timeoutSeconds: 90 });
        return operation?.id ?? "";
      };
      const whole = await ended(await upgrade());
      expect(whole.steps.map(({ name, subject }) => `${name} ${subject}`)).toEqual([
        "write-version acme/a",
        "healthy acme/a",
        "write-version acme/b",
        "healthy acme/b",
        "roll-back acme/b",
        "healthy-again acme/b",
      ]);
      const table: Record<string, unknown>[] = [];
      // On Docker the same code runs: two steps stand for all, so that the walk does not take all day.
      for (const { seq, name, subject } of runtime === "docker" ? whole.steps.slice(4) : whole.steps) {
        const before = [await view("a"), await view("b")].map(({ generation }) => generation);
        // A fresh supervisor waits least before it starts a server again.
        plane.kill("supervisor");
        await plane.start();
        await plane.crashAt(`before:operation:${seq}`, `after:operation:${seq}`);
        const done = await vi.waitFor(upgrade, wait).then(ended);
        expect(plane.pendingCrashes(), "points that were never come by").toEqual([]);
        expect(done).toMatchObject({ state: "failed", message: expect.stringContaining("Upgraded: 1 of 2; rolled back: 1;") });
        await answers("a", String(newest));
        await answers("b", "1");
        const [a, b] = [await view("a"), await view("b")];
        expect([a.generation, b.generation]).toEqual([(before[0] ?? 0) + 1, (before[1] ?? 0) + 2]);
        table.push({
          step: `${seq} ${name} ${subject}`,
          ended: done.state,
          a: a.template?.version,
          b: b.template?.version,
          message: done.message,
        });
      }
      console.table(table);
    });
  });

describe.skipIf(!engineAnswers())("A9 P14 an upgrade with two control planes", { timeout: 900_000 }, () => {
  let postgres: Awaited<ReturnType<typeof startPrivilegedPostgres>>;
  let planes: Installation[] = [];
  const at = (index: number): Installation => planes[index] as Installation;

  beforeAll(async () => {
    postgres = await startPrivilegedPostgres();
    const shared = { DATABASE_URL: postgres.url, AGENTPOD_MASTER_KEY: randomBytes(32).toString("base64"), AGENTPOD_PUBLIC_PORTS: "none" };
    const first = await makeInstallation("docker", shared);
    const second = await makeInstallation("docker", { ...shared, AGENTPOD_PORTS: first.ports.join("-"), AGENTPOD_SUBNETS: first.subnets });
    planes = [first, second];
    await Promise.all(planes.map((plane) => plane.start()));
    await first.client().tenants.create({ name: "acme" });
  });
  afterAll(async () => {
    await Promise.all(planes.map((plane) => plane.destroy()));
    await postgres?.stop();
  });

  it("goes on at the other when the one that runs it dies, and writes each version once", async () => {
    const client = at(1).client();
    await client.templates.apply(template("shop", 1));
    for (const name of ["a", "b"]) await client.pods.create("acme", { name, template: "shop" });
    const phases = async () => (await client.pods.list("acme")).map(({ phase }) => phase);
    await vi.waitFor(async () => expect(await phases()).toEqual(["running", "running"]), wait);
    await client.templates.apply(template("shop", 2));
    const { operation } = await client.upgrades.start({ tenant: "acme", settleSeconds: 15 });
    const id = operation?.id ?? "";
    // Which of the two runs it is left to chance; the one that does dies.
    const runner = await vi.waitFor(async () => {
      const owner = await asOwnerOf(
        postgres.url,
        `select lease_owner as text from agentpod.operations where id = '${id}' and state = 'running'`,
      );
      const index = planes.findIndex((plane) => owner.endsWith(plane.home.root));
      expect(index).toBeGreaterThanOrEqual(0);
      return index;
    }, wait);
    at(runner).kill("supervisor");
    at(runner).kill("server");
    const other = at(1 - runner).client();
    const done = await vi.waitFor(async () => {
      const found = await other.operations.get(id);
      expect(isEnded(found.state)).toBe(true);
      return found;
    }, wait);
    expect(done).toMatchObject({ state: "succeeded", message: expect.stringContaining("Upgraded: 2 of 2") });
    expect((await other.pods.list("acme")).map(({ generation, template: of }) => [generation, of?.version])).toEqual([
      [2, 2],
      [2, 2],
    ]);
  });
});

/** One text as the superuser, who no policy holds. */
async function asOwnerOf(url: string, sql: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return String((await client.query<{ text: string }>(sql)).rows[0]?.text ?? "");
  } finally {
    await client.end();
  }
}
