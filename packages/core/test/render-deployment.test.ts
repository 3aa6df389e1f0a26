import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import type { DeploySettings } from "../src/deployment.ts";
import { AppError } from "../src/errors.ts";
import { podSpec, type UnitSpec } from "../src/pod-spec.ts";
import type { Analysis } from "../src/products/code/analysis.ts";
import { type Appliances, chooseAppliance } from "../src/products/code/deploy-appliances.ts";
import { type DeployFacts, type DeployPlan, planDeployment } from "../src/products/code/deploy-plan.ts";
import { nothingFound } from "../src/products/code/findings.ts";
import { databasesOf } from "../src/products/code/render-databases.ts";
import {
  type RenderRequest,
  renderDeployment,
  renderMigration,
  renderWithDatabases,
  withoutMigration,
} from "../src/products/code/render-deployment.ts";
import { renderTemplate } from "../src/render-template.ts";
import { referencedSecrets } from "../src/render-unit.ts";
import { rolloutOf } from "../src/rollout.ts";
import { templateSpec } from "../src/template.ts";
import { withArtifacts } from "../src/template-pack.ts";
import { draft, processCan } from "./draft-rig.ts";

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;
const built = digest("b");

/** The one unit of a template of ours. */
function unitOf(name: string): UnitSpec {
  const file = join(import.meta.dirname, "../../../templates", name, "template.yaml");
  const raw = parse(readFileSync(file, "utf8"));
  const folders = { app: digest("1"), local: digest("2") };
  const template = templateSpec.parse({ ...raw, spec: withArtifacts(raw.spec, folders) });
  return podSpec.parse(renderTemplate(template, {}, () => "generated").spec).units[0] as UnitSpec;
}

const appliances: Appliances = {
  runtime: { template: "node", unit: unitOf("node") },
  static: { template: "static", unit: unitOf("static") },
  postgres: { template: "postgres", unit: unitOf("postgres") },
};

const analysis = (changes: Partial<Analysis>): Analysis => ({
  ...nothingFound("node", ""),
  runtime: { name: "node", version: "24" },
  start: ["node", "server.js"],
  startEnv: { PORT: "{{ units.app.port }}" },
  ports: [3000],
  probe: { kind: "http", path: "/healthz" },
  reasons: [],
  ...changes,
});
const facts: DeployFacts = { given: [], kept: [], can: { image: true, buildImage: true } };
const plan = (changes: Partial<Analysis>, settings: DeploySettings = {}, more: Partial<DeployFacts> = {}): DeployPlan =>
  planDeployment(analysis(changes), settings, { ...facts, ...more });
const request = (of: DeployPlan, more: Partial<RenderRequest> = {}): RenderRequest => ({
  ...{ plan: of, appliances, artifact: built, contexts: {}, environment: {}, present: null },
  ...more,
});
const unit = (spec: { units: { name: string }[] }, name: string) => podSpec.parse(spec).units.find((one) => one.name === name) as UnitSpec;
const secretsOf = (spec: unknown): Record<string, string> =>
  Object.fromEntries(
    podSpec
      .parse(spec)
      .units.flatMap(referencedSecrets)
      .map((name) => [name, "value"]),
  );
/** By the rules for pods, on both runtimes. */
function accepted(spec: unknown, where: "docker" | "process" | "both" = "both") {
  const inputs = secretsOf(spec);
  if (where !== "process") draft({ spec, inputs });
  if (where !== "docker") draft({ spec, inputs }, { capabilities: processCan, runtimeKind: "process" });
}
function refused(work: () => unknown): string[] {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof AppError) return thrown.issues.map(({ path, expected }) => `${path}: ${expected}`);
    throw thrown;
  }
  return [];
}

describe("C3 C5 a deployment as a pod", () => {
  test("an application with its database: told by the names that programs look for, the password a secret", () => {
    const spec = renderDeployment(request(plan({ needs: ["postgres"] }), { environment: { STRIPE_KEY: 3 } }));
    accepted(spec);
    const app = unit(spec, "app");
    expect(app).toMatchObject({
      image: "node:24-bookworm-slim",
      user: "node",
      code: { artifact: built, path: "/app" },
      dependsOn: ["db"],
      probe: { kind: "http", port: "http", path: "/healthz" },
      env: {
        PORT: "{{ units.app.port }}",
        DATABASE_URL: "postgres://app:{{ secrets.db_password }}@{{ units.db.host }}:{{ units.db.port }}/app",
        PGHOST: "{{ units.db.host }}",
        PGPASSWORD: "{{ secrets.db_password }}",
        STRIPE_KEY: "{{ secrets.STRIPE_KEY__3 }}",
      },
    });
    expect(app.command?.slice(-2)).toEqual(["node", "server.js"]);
    expect(app.local?.argv).toEqual(app.command);
    expect(unit(spec, "db").env.POSTGRES_PASSWORD).toBe("{{ secrets.db_password }}");
    expect(spec.routes).toEqual([{ unit: "app", port: "http" }]);
    // The next release comes up beside it; the database stays.
    expect(rolloutOf(app, podSpec.parse(spec))).toBe("overlap");
    expect(rolloutOf(unit(spec, "db"), podSpec.parse(spec))).toBe("replace");
  });

  test("a site: what serves it is the static appliance's, under the application's name", () => {
    const spec = renderDeployment(request(plan({ type: "static", start: null, output: "dist", singlePage: true, probe: null })));
    accepted(spec);
    expect(unit(spec, "app")).toMatchObject({ code: { artifact: built }, env: { PORT: "{{ units.app.port }}", SINGLE_PAGE: "true" } });
    expect(spec.units.map(({ name }) => name)).toEqual(["app"]);
  });

  test("a Dockerfile: built from its folder, and capped", () => {
    const of = plan({ type: "dockerfile", start: null, runtime: null, dockerfile: "Dockerfile", root: "api", ports: [8000] });
    expect(of.contexts).toEqual(["api"]);
    const spec = renderDeployment(request(of, { contexts: { api: digest("c") } }));
    accepted(spec, "docker");
    expect(unit(spec, "app")).toMatchObject({ build: { artifact: digest("c"), limits: { memoryMb: 1024 } }, ports: [{ container: 8000 }] });
  });

  test("a compose file: its units, with values of variables as secrets", () => {
    const units = [
      { name: "web", env: { TOKEN: "{{ secrets.TOKEN }}" }, build: { folder: "web" }, ports: [{ name: "http", container: 80 }] },
      { name: "db", env: {}, image: "postgres:17" },
    ];
    const found = { type: "compose" as const, start: null, runtime: null, units, env: ["TOKEN"], ports: [80] };
    expect(refused(() => plan(found))).toEqual([expect.stringMatching(/^environment\.TOKEN: a value: the compose file reads /)]);
    const spec = renderDeployment(
      request(plan(found, {}, { given: ["TOKEN"] }), { contexts: { web: digest("c") }, environment: { TOKEN: 1 } }),
    );
    accepted(spec, "docker");
    expect(unit(spec, "web")).toMatchObject({ build: { artifact: digest("c") }, env: { TOKEN: "{{ secrets.TOKEN__1 }}" } });
    expect(spec.routes).toEqual([{ unit: "web", port: "http" }]);
  });

  test("databases come first, beside what serves; those that run stay as they are", () => {
    const of = plan({ needs: ["postgres"] });
    const first = renderWithDatabases(request(of));
    accepted(first);
    expect(first?.units.map(({ name }) => name)).toEqual(["db"]);
    const present = podSpec.parse(renderDeployment(request(of)));
    expect(renderWithDatabases(request(of, { present }))).toBeNull();
    const newer = { ...appliances, postgres: { template: "postgres-99", unit: { ...unitOf("postgres"), image: "postgres:99" } } };
    expect(unit(renderDeployment(request(of, { appliances: newer, present })), "db").image).toBe("postgres:17");
    // Code that no longer shows what it needs does not lose its data.
    expect(planDeployment(analysis({}), {}, { ...facts, kept: databasesOf(present) }).needs).toEqual(["postgres"]);
  });

  test("what was set on the pod since stays: hosts and policies of its route, sleep", () => {
    const of = plan({});
    const before = podSpec.parse({ ...renderDeployment(request(of)), idle: { sleepAfterSeconds: 600 } });
    const present = podSpec.parse({ ...before, routes: [{ unit: "app", port: "http", hosts: ["shop.example.com"], drainSeconds: 5 }] });
    const after = podSpec.parse(renderDeployment(request(of, { present })));
    expect([after.idle, after.routes]).toEqual([present.idle, present.routes]);
  });

  test("migrations run once in a unit of their own, with the new code, while what serves goes on", () => {
    const of = plan({ needs: ["postgres"], migrations: ["npm", "run", "migrate"] });
    const present = podSpec.parse(renderDeployment(request(of, { artifact: digest("a") })));
    const migrating = renderMigration(request(of, { present }));
    accepted(migrating);
    const spec = podSpec.parse(migrating);
    expect(spec.units.map(({ name }) => name)).toEqual(["app", "db", "migrate"]);
    expect(unit(spec, "app")).toEqual(unit(present, "app"));
    expect(rolloutOf(unit(spec, "app"), spec)).toBe("overlap");
    expect(unit(spec, "migrate")).toMatchObject({ code: { artifact: built }, env: { PGHOST: "{{ units.db.host }}" }, dependsOn: ["db"] });
    expect(unit(spec, "migrate").command?.slice(-3)).toEqual(["npm", "run", "migrate"]);
    expect(withoutMigration(spec)?.units.map(({ name }) => name)).toEqual(["app", "db"]);
    expect(renderMigration(request(plan({})))).toBeNull();
  });

  test("somebody else's database: none is started where its address is given", () => {
    expect(plan({ needs: ["postgres", "redis"] }, {}, { given: ["DATABASE_URL"] }).needs).toEqual(["redis"]);
    expect(plan({ needs: ["postgres"] }, { needs: [] }).needs).toEqual([]);
  });

  test.each<[string, () => unknown, string]>([
    [
      "an image without an engine",
      () => plan({ type: "dockerfile", dockerfile: "Dockerfile" }, {}, { can: { image: false, buildImage: false } }),
      "source: a project that runs without images: this machine has no container engine, and a Dockerfile or a compose file needs one",
    ],
    ["nothing that starts", () => plan({ start: null }), "start: a command that starts it: say it in agentpod.yaml as start"],
    [
      "another language",
      () => plan({}, { runtime: "python@3.12" }),
      "settings.runtime: a version of node: that is what the project is written for",
    ],
    [
      "two databases of one name",
      () => plan({ needs: ["postgres", "mysql"] }),
      "settings.needs: postgres or mysql: both would be DATABASE_URL",
    ],
    [
      "a compose file that asks for what no pod has",
      () => plan({ units: [{ name: "a", env: {} }], refused: [{ path: "compose.yaml.services.a.privileged", expected: "nothing" }] }),
      "compose.yaml.services.a.privileged: nothing",
    ],
  ])("is refused for %s", (_what, work, said) => expect(refused(work)).toEqual([said]));
});

describe("C5 which appliance", () => {
  const names = ["node", "node-18", "node-22", "python-3-12", "postgres-17", "postgres-18", "postgres", "postgres-tools", "static"];
  test.each([
    ["node", "22", "node-22"],
    ["node", "24", "node"],
    ["python", "3.12", "python-3-12"],
    ["postgres", null, "postgres-18"],
    ["static", null, "static"],
  ] as const)("%s %s", (kind, version, chosen) => expect(chooseAppliance(kind, version, names)).toBe(chosen));
  test("says which there are where there is none", () => {
    expect(refused(() => chooseAppliance("python", "3.9", names))).toEqual([
      "settings.runtime: a version of python that there is an appliance for: 3.12",
    ]);
    expect(refused(() => chooseAppliance("redis", null, names))).toEqual([
      "settings.needs: something else than redis: there is no appliance of that name",
    ]);
  });
});

test("C8 a preview's database is as the project's is, whatever newer appliance there is; what runs stays", () => {
  const of = plan({ needs: ["postgres"] });
  const own = { ...unitOf("postgres"), name: "db", image: "postgres:15", resources: { memoryMb: 300, cpus: 1, pids: 100 } };
  const project = podSpec.parse({ units: [own] });
  const [made] = renderWithDatabases({ plan: of, appliances, present: null, like: project })?.units ?? [];
  expect(made).toMatchObject({ name: "db", image: "postgres:15", resources: { memoryMb: 300 } });
  const present = podSpec.parse({ units: [{ ...own, image: "postgres:16" }] });
  expect(renderWithDatabases({ plan: of, appliances, present, like: project })).toBeNull();
  expect(renderDeployment(request(of, { present, like: project })).units.find(({ name }) => name === "db")?.image).toBe("postgres:16");
});
