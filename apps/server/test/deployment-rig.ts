import { once } from "node:events";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { BegunDeployment, DeploymentSummary } from "@agentpod/core/api/deployment-view";
import { isEnded } from "@agentpod/core/operation";
import type { Pod } from "@agentpod/core/pod";
import { openWorkflowDatabase } from "@agentpod/db/open-workflow-database";
import type { MemoryProgram } from "@agentpod/runtimes/memory/memory-program";
import { vi } from "vitest";
import { cleanUps } from "../src/clean-up/clean-ups.ts";
import type { DeployDeps } from "../src/deployments/deploy-deps.ts";
import { deploy } from "../src/deployments/deploy-workflow.ts";
import { destroyDeployment } from "../src/deployments/destroy-workflow.ts";
import { type Repositories, repositories } from "../src/git-remote/repositories.ts";
import { eventFeed } from "../src/routes/event-feed.ts";
import { shipTemplates } from "../src/setup/ship-templates.ts";
import { startOperationRunner } from "../src/workflows/operation-runner.ts";
import type { Workflow } from "../src/workflows/workflow.ts";
import { type ApiRig, apiRig, request } from "./api-rig.ts";
import { type Played, playedPrograms } from "./played-programs.ts";
import { send, tarOf } from "./walk-sources.ts";

const templates = join(import.meta.dirname, "../../../templates");
const wait = { timeout: 120_000, interval: 50 };

export interface DeploymentRig {
  api: ApiRig;
  deps: DeployDeps;
  /** Of what is pushed. */
  repositories: Repositories;
  played: Played;
  /** Called before each step of a deployment, and within those that are more than a change of the database; null: nobody looks. */
  atStep: ((operation: string, step: string, when: "before" | "within") => Promise<void>) | null;
  call(method: string, path: string, body?: unknown): ReturnType<typeof request>;
  /** A source that answers with this page. */
  source(page: string, more?: Record<string, string>): Promise<string>;
  /** A source of these files alone. */
  files(files: Readonly<Record<string, string>>): Promise<string>;
  /** A request that begins a deployment, and its record once it has ended. */
  ended(path: string, body?: object): Promise<DeploymentSummary>;
  /** The same, which has to succeed. */
  succeeds(path: string, body?: object): Promise<DeploymentSummary>;
  /** Waits for the end of an operation, and gives its state. */
  operation(id: string): Promise<string>;
  pod(name: string): Promise<Pod>;
  podNames(): Promise<string[]>;
  /** What the application answers; undefined while it does not run. */
  page(name: string): Promise<{ page: string; built?: string; env: Record<string, string> } | undefined>;
  reaches(name: string, phase: Pod["status"]["phase"]): Promise<Pod>;
  /** Stops the runner of operations and starts another, which goes on with what is under way. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** The API with the memory runtime, the appliances that deployments of the tests need, and the runner of deployments. */
export async function deploymentRig(
  serverUrl: string,
  changes: (deps: DeployDeps) => DeployDeps = (deps) => deps,
  program?: MemoryProgram,
  probeClock?: () => Date,
): Promise<DeploymentRig> {
  const played: Played = { builds: [] };
  const app = playedPrograms(played);
  const api = await apiRig(serverUrl, {
    program: (unit) => (unit.run.id.unit === "db" && program ? program : app)(unit),
    ...(probeClock !== undefined && { probeClock }),
  });
  const { database, runtime, logs, log, clock, hosts, artifacts, addresses, machine } = api.deps;
  const shipped = await mkdtemp(join(tmpdir(), "agentpod-appliances-"));
  for (const name of ["node-24", "postgres-17", "postgres-18", "static"])
    await cp(join(templates, name), join(shipped, name), { recursive: true });
  await shipTemplates(shipped, database, artifacts as Parameters<typeof shipTemplates>[2], log);
  await api.admin.tenants.create({ name: "acme" });
  const writing = { runtime, hosts };
  const deps = changes({ database, runtime, logs, writing, sources: api.deps.sources, artifacts, addresses, machine, cores: 2 });
  const feed = eventFeed(database, log);
  const pushed = repositories({ folder: join(api.sourcesFolder, "pushed"), searchPath: process.env.PATH ?? "", database, clock });
  const atStep = async (...told: Parameters<NonNullable<DeploymentRig["atStep"]>>) => rig.atStep?.(...told);
  const watched = <I>(workflow: Workflow<I>): Workflow<I> => ({
    ...workflow,
    run: (input, run) =>
      workflow.run(input, {
        ...run,
        async step(name, about, work) {
          await atStep(run.id, name, "before");
          return run.step(name, about, async (at) => {
            await atStep(run.id, name, "within");
            return work(at);
          });
        },
        async change(name, about, work) {
          await atStep(run.id, name, "before");
          return run.change(name, about, work);
        },
      }),
  });
  const start = () =>
    startOperationRunner({
      workflows: [watched(deploy(deps)), destroyDeployment({ repositories: pushed, cleanUps: cleanUps(api.cleanUp) })],
      database,
      workflowDatabase: openWorkflowDatabase(api.ownerUrl, api.masterKey),
      feed,
      owner: "deployment-test",
      crash: () => undefined,
      clock,
      log,
    });
  let runner = start();
  const call = (method: string, path: string, body?: unknown) => request(api, api.adminToken, method, `/tenants/acme${path}`, body);
  const pod = (name: string) => database.asSystem((store) => store.pods.get("acme", name));
  const rig: DeploymentRig = {
    api,
    deps,
    repositories: pushed,
    played,
    atStep: null,
    call,
    pod,
    source: (page, more = {}) =>
      rig.files({
        "package.json": '{"name":"shop","scripts":{"start":"node index.js","build":"node build.js"}}',
        "index.js": "require('node:http').createServer().listen(process.env.PORT)",
        page,
        ...more,
      }),
    async files(files) {
      const { status, body } = await send(api, api.adminToken, "POST", "/tenants/acme/sources", await tarOf(files));
      if (status >= 300) throw new Error(JSON.stringify(body));
      return body.digest;
    },
    async ended(path, body = {}) {
      const asked = await call("POST", path, body);
      if (asked.status !== 202) throw new Error(`${asked.status}: ${asked.text}`);
      const { deployment, operation } = asked.body as BegunDeployment;
      await rig.operation(operation.id);
      return (await call("GET", `/deployments/${deployment.name}/${deployment.number}`)).body as DeploymentSummary;
    },
    async succeeds(path, body) {
      const found = await rig.ended(path, body);
      if (found.state !== "succeeded") throw new Error(`${found.state}: ${found.message}`);
      return found;
    },
    operation: (id) =>
      vi.waitFor(async () => {
        const found = await database.asSystem((store) => store.operations.get(id));
        if (!isEnded(found.state))
          throw new Error(`${found.state}: ${JSON.stringify(await database.asSystem((store) => store.operations.steps(id)))}`);
        return found.state;
      }, wait),
    podNames: async () => (await database.asSystem((store) => store.pods.list({ tenant: "acme" }))).map(({ name }) => name).sort(),
    async page(name) {
      const { id, status } = await pod(name);
      const unit = status.units.find((one) => one.name === "app");
      if (unit === undefined) return undefined;
      const connection = await runtime.dial({ pod: id, unit: "app", revision: unit.revision }, "http").catch(() => null);
      if (connection === null) return undefined;
      const [answer] = await once(get({ path: "/", createConnection: () => connection }), "response");
      return JSON.parse(await text(answer)) as Awaited<ReturnType<DeploymentRig["page"]>>;
    },
    reaches: (name, phase) =>
      vi.waitFor(async () => {
        const found = await pod(name);
        const { status, generation } = found;
        if (status.phase !== phase || status.observedGeneration !== generation)
          throw new Error(`${name} is ${status.phase}: ${status.message}`);
        return found;
      }, wait),
    async restart() {
      await runner.stop();
      runner = start();
    },
    async close() {
      await runner.stop();
      feed.close();
      await api.close();
      await rm(shipped, { recursive: true, force: true });
    },
  };
  return rig;
}
