import { buildBounds, environmentSecret } from "../../deployment.ts";
import { invalidInput } from "../../draft-issues.ts";
import type { PodSpec, PodSpecInput, UnitSpec } from "../../pod-spec.ts";
import { mapUnitTexts, replacePlaceholders } from "../../render-unit.ts";
import { withArtifacts } from "../../template-pack.ts";
import { codePath, localNeeds, startCommand } from "./build-task.ts";
import type { Appliances } from "./deploy-appliances.ts";
import type { DeployPlan } from "./deploy-plan.ts";
import { databaseEnvironment, databasesOf, databaseUnits, renderDatabases } from "./render-databases.ts";

type UnitInput = PodSpecInput["units"][number];

/** Name of the application's unit: what an analysis calls it in its placeholders. */
export const applicationUnit = "app";
const migrationUnit = "migrate";

export interface RenderRequest {
  plan: DeployPlan;
  appliances: Appliances;
  /** What the application runs: the source's own digest, or that of what was built or laid out. */
  artifact: string;
  /** Digests of the folders that images are built from, by folder. */
  contexts: Readonly<Record<string, string>>;
  /** By name of a variable, the version of its value. */
  environment: Readonly<Record<string, number>>;
  /** The pod as it is; null before the first deployment. */
  present: PodSpec | null;
  /** The pod whose databases new ones are like: of a preview, the project's. */
  like?: PodSpec | null;
}

/** The pod of a deployment: application and databases. Routes and what else was set on the pod since stay. Throws `invalid`. */
export function renderDeployment(request: RenderRequest): PodSpecInput {
  const { plan, appliances, environment, present } = request;
  if (plan.kind === "units") return around(present, composeUnits(request), frontOf(plan));
  const databases = renderDatabases(plan.needs, appliances, present);
  const env = { ...databaseEnvironment(databases, plan.needs), ...environmentOf(environment) };
  const app = plan.kind === "site" ? site(request, env) : program(request, env);
  const dependsOn = databases.map(({ name }) => name);
  return around(present, [{ ...app, ...(dependsOn.length > 0 && { dependsOn }) }, ...databases], { unit: applicationUnit, port: "http" });
}

/** The pod as it is, with the databases beside it that it lacks; null where it lacks none. Routes stay. */
export function renderWithDatabases({
  plan,
  appliances,
  present,
  like = null,
}: Pick<RenderRequest, "plan" | "appliances" | "present" | "like">): PodSpecInput | null {
  const there = databasesOf(present);
  if (plan.needs.every((need) => there.includes(need))) return null;
  const databases = renderDatabases(plan.needs, appliances, present, like);
  const others = (present?.units ?? []).filter(({ name }) => !databases.some((one) => one.name === name));
  return { ...present, units: [...others, ...databases], routes: present?.routes ?? [] };
}

/**
 * The pod as it is with one unit more, which runs the migrations of the new code once and then stands still: what runs goes on
 * as it is. Null where there is nothing to migrate.
 */
export function renderMigration(request: RenderRequest): PodSpecInput | null {
  const { plan, present } = request;
  const { migrations, root } = plan.analysis;
  if (migrations === null || plan.kind !== "program") return null;
  const whole = renderDeployment(request);
  const app = whole.units.find(({ name }) => name === applicationUnit);
  if (!app) return null;
  const { ports: _ports, probe: _probe, rollout: _rollout, ...like } = app;
  const mark = "{{ code }}/.agentpod-migrated";
  const command = ["sh", "-c", migrateScript, "agentpod", mark, ...startCommand(migrations, root)];
  // The application's own port is not the migration's to listen on.
  const { PORT: _port, HOST: _host, ...env } = app.env ?? {};
  const unit: UnitInput = {
    ...like,
    name: migrationUnit,
    command,
    env: withoutOwn(env),
    probe: { kind: "exec", command: ["test", "-e", mark], startSeconds: 1800, intervalSeconds: 5 },
    stopGraceSeconds: 2,
    local: { argv: command, needs: app.local?.needs ?? [] },
  };
  const running = withoutMigration(present);
  const databases = whole.units.filter(({ name }) => name !== applicationUnit && !running?.units.some((one) => one.name === name));
  return { ...running, units: [...(running?.units ?? []), ...databases, unit], routes: running?.routes ?? [] };
}

/** A spec without what was there for migrations alone; null for null. */
export function withoutMigration(spec: PodSpec | null): PodSpec | null {
  return spec && { ...spec, units: spec.units.filter(({ name }) => name !== migrationUnit) };
}

/** Runs its arguments after the first once, says so, and stays; where that was done already it only stays. */
const migrateScript = String.raw`mark=$1
shift
if [ ! -e "$mark" ]; then
  printf '==> %s\n' "$*"
  "$@" || exit $?
  : > "$mark"
fi
echo "==> migrated"
exec sleep 2147483647
`;

/** What refers to the application's own port cannot be filled in another unit. */
const withoutOwn = (env: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(env).filter(([, value]) => !value.includes(`units.${applicationUnit}.`)));

const environmentOf = (environment: Readonly<Record<string, number>>): Record<string, string> =>
  Object.fromEntries(Object.entries(environment).map(([name, version]) => [name, `{{ secrets.${environmentSecret(name, version)} }}`]));

function program({ plan, appliances, artifact, contexts }: RenderRequest, more: Record<string, string>): UnitInput {
  const { analysis, settings, runtime, kind } = plan;
  const { root, ports, probe, startEnv } = analysis;
  const port = ports[0] ?? 3000;
  const common: UnitInput = {
    name: applicationUnit,
    env: {
      ...(runtime?.name === "node" && { NODE_ENV: "production" }),
      ...(runtime?.name === "python" && { PYTHONUNBUFFERED: "1" }),
      ...{ HOST: "{{ listen }}", PORT: `{{ units.${applicationUnit}.port }}`, PUBLIC_URL: "{{ pod.url }}" },
      ...startEnv,
      ...more,
    },
    ports: [{ name: "http", container: port }],
    resources: { memoryMb: settings.memoryMb ?? 512, cpus: settings.cpus ?? 1 },
    probe: probe?.kind === "http" ? { kind: "http", port: "http", path: probe.path } : { kind: "tcp", port: "http" },
    stopGraceSeconds: 10,
  };
  if (kind === "image")
    return {
      ...common,
      build: {
        artifact: contexts[root] ?? artifact,
        dockerfile: analysis.dockerfile ?? "Dockerfile",
        limits: { memoryMb: buildBounds(settings).memoryMb, seconds: buildBounds(settings).minutes * 60 },
      },
    };
  const appliance = appliances.runtime?.unit;
  const command = startCommand(analysis.start ?? [], root);
  return {
    ...common,
    ...(appliance?.image !== undefined && { image: appliance.image }),
    ...(appliance?.user !== undefined && { user: appliance.user }),
    code: { artifact, path: codePath },
    command,
    local: { argv: command, needs: runtime ? localNeeds(runtime) : [] },
  };
}

function site({ plan, appliances, artifact }: RenderRequest, more: Record<string, string>): UnitInput {
  const unit = appliances.static?.unit;
  if (!unit?.code) throw new Error("no appliance was chosen for a site");
  const own = `units.${unit.name}.`;
  const named = mapUnitTexts(unit, (text) =>
    replacePlaceholders(text, (path) =>
      path.startsWith(own) ? `{{ units.${applicationUnit}.${path.slice(own.length)} }}` : `{{ ${path} }}`,
    ),
  );
  const { memoryMb, cpus } = plan.settings;
  return {
    ...named,
    name: applicationUnit,
    env: { ...named.env, SINGLE_PAGE: String(plan.analysis.singlePage), ...more },
    code: { ...unit.code, artifact },
    resources: { ...unit.resources, ...(memoryMb !== undefined && { memoryMb }), ...(cpus !== undefined && { cpus }) },
  };
}

function composeUnits({ plan, contexts, environment }: RenderRequest): UnitInput[] {
  const { units } = withArtifacts({ units: plan.analysis.units }, contexts);
  return (units as unknown as UnitSpec[]).map((unit) =>
    mapUnitTexts(unit, (text) =>
      replacePlaceholders(text, (path) => {
        const name = path.startsWith("secrets.") ? path.slice("secrets.".length) : null;
        const version = name === null || !Object.hasOwn(environment, name) ? undefined : environment[name];
        return name === null || version === undefined ? `{{ ${path} }}` : `{{ secrets.${environmentSecret(name, version)} }}`;
      }),
    ),
  );
}

function frontOf({ analysis }: DeployPlan): { unit: string; port: string } | null {
  const [front] = analysis.units;
  const port = front?.ports?.[0]?.name;
  return front === undefined || port === undefined || analysis.ports.length === 0 ? null : { unit: front.name, port };
}

/** Units with the routes that were set; else with the one that a deployment has. */
function around(present: PodSpec | null, units: UnitInput[], front: { unit: string; port: string } | null): PodSpecInput {
  const names = units.map(({ name }) => name);
  if (new Set(names).size < names.length || names.includes(migrationUnit))
    throw invalidInput([{ path: "units", expected: `units of different names, none of them ${migrationUnit}` }]);
  const kept = (present?.routes ?? []).filter((route) =>
    units.some(({ name, ports }) => name === route.unit && ports?.some((port) => port.name === route.port)),
  );
  const { units: _units, routes: _routes, ...rest } = present ?? { units: [], routes: [] };
  return { ...rest, units, routes: kept.length > 0 ? kept : front === null ? [] : [front] };
}

/** Names of the databases' units, for what is told of them. */
export const isDatabaseUnit = (name: string): boolean => Object.values(databaseUnits).includes(name);
