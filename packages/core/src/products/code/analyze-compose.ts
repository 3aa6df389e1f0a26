import { invalidInput, issuesOf } from "../../draft-issues.ts";
import { AppError, type Issue } from "../../errors.ts";
import { podSpec } from "../../pod-spec.ts";
import { checkSpecPolicy } from "../../policy-check.ts";
import { withArtifacts } from "../../template-pack.ts";
import { interpolate } from "./compose-interpolation.ts";
import { composeService, type ReadService } from "./compose-service.ts";
import { fieldOf, isRecord, keysOf, textsOf } from "./field-of.ts";
import { type Findings, nothingFound, type Say } from "./findings.ts";
import { joined, type ProjectFiles } from "./project-files.ts";
import { asStockImage } from "./stock-image.ts";

const names = ["compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"];
const mostServices = 20;

/** Images that are databases, as people start them beside an application while they write it. */
const isDatabase =
  /(^|\/)(postgres|postgis|mysql|mariadb|redis|valkey|mongo|memcached|adminer|pgadmin4|mailhog|mailpit|minio|phpmyadmin|redis-stack)(:|@|$)/;

/** A compose file as data; null without one. */
export function findCompose(files: ProjectFiles, folder: string): { file: string; data: Record<string, unknown> | null } | null {
  const file = names.map((name) => joined(folder, name)).find(files.has);
  return file === undefined ? null : { file, data: files.data(file) };
}

/** Whether a compose file is the application, not only the databases that somebody starts beside it. */
export function composeIsApplication(data: unknown): boolean {
  const services = fieldOf(data, "services");
  return keysOf(services).some((name) => {
    const image = fieldOf(services, name, "image");
    const hasProfile = textsOf(services, name, "profiles").length > 0;
    return !hasProfile && (fieldOf(services, name, "build") !== undefined || (typeof image === "string" && !isDatabase.test(image)));
  });
}

/** A compose file as the units of one pod; what it may not ask for is listed under `refused`. Throws `invalid` for one without services. */
export function analyzeCompose(folder: string, file: string, data: unknown, say: Say): Findings {
  say("type", "There is a compose file, whose services become the units of one pod.", file);
  const asked = new Set<string>();
  const whole = interpolate(data, asked);
  const services = fieldOf(whole, "services");
  const all = keysOf(services);
  if (all.length === 0) throw invalidInput([{ path: `${file}.services`, expected: "at least one service" }]);
  if (all.length > mostServices) throw invalidInput([{ path: `${file}.services`, expected: `at most ${mostServices} services` }]);
  const aside = all.filter((name) => textsOf(services, name, "profiles").length > 0);
  if (aside.length > 0) say("units", `Services of a profile are left out: ${aside.join(", ")}.`, file);
  const used = all.filter((name) => !aside.includes(name));
  if (used.length === 0) throw invalidInput([{ path: `${file}.services`, expected: "a service that is in no profile" }]);
  const read = used.map((name) => started(composeService(name, isRecord(services) ? services[name] : null, file, folder), file, say));
  for (const { envFiles } of read)
    for (const each of envFiles)
      say("env", `${each.slice(0, 100)} is not part of the source; give its values as environment variables.`, file, true);
  const refused = [...read.flatMap((each) => each.refused), ...between(read, used, file), ...topLevel(whole, file)];
  const units = read.map(({ unit }) => ({
    ...unit,
    dependsOn: (unit.dependsOn ?? []).flatMap((name) => read[used.indexOf(name)]?.unit.name ?? []),
  }));
  if (asked.size > 0) say("env", `It reads ${[...asked].sort().join(", ")}.`, file);
  const front = chooseFront(read);
  const port = front?.unit.ports?.[0]?.container;
  if (front && port !== undefined) say("ports", `Port ${port} of ${front.unit.name} is published: it gets the route.`, file);
  if (port !== undefined) say("probe", "Nothing answers whether it is well; that it listens is enough.", null);
  else say("ports", "No service publishes a port: nothing is reached from outside.", file, true);
  say("units", `Units are ${units.map((unit) => unit.name).join(", ")}.`, file);
  const ordered = front ? [front.unit.name, ...units.map((unit) => unit.name).filter((name) => name !== front.unit.name)] : [];
  const sorted = front ? ordered.flatMap((name) => units.filter((unit) => unit.name === name)) : units;
  return {
    ...nothingFound("compose", folder),
    ports: port === undefined ? [] : [port],
    probe: port === undefined ? null : { kind: "tcp" },
    env: [...asked].sort(),
    units: sorted,
    refused: [...refused, ...specIssues(sorted, file)],
  };
}

/** Under the rules of units. */
function started(read: ReadService, file: string, say: Say): ReadService {
  const known = asStockImage(read.unit);
  if (known === null) return read;
  if (known.said !== null) say("units", known.said, file);
  return { ...read, unit: known.unit };
}

/** The service that people see: one that is built and publishes, else one that publishes. */
function chooseFront(read: readonly ReadService[]): ReadService | null {
  const published = read.filter((each) => each.published.length > 0);
  const web = published.filter((each) => !isDatabase.test(each.unit.image ?? ""));
  const proxy = web.find((each) => /(^|\/)(nginx|caddy|traefik|httpd|haproxy)(:|$)/.test(each.unit.image ?? ""));
  const isUsual = ({ unit }: ReadService): boolean => /^(web|app|frontend|site|www|ui|server)$/.test(unit.name);
  return proxy ?? web.find(isUsual) ?? web.find(({ unit }) => unit.build !== undefined) ?? web[0] ?? null;
}

/** What services want of each other that units cannot have: a volume of two, a service that is left out. */
function between(read: readonly ReadService[], used: readonly string[], file: string): Issue[] {
  const owners = new Map<string, string>();
  return read.flatMap(({ unit }, i) => {
    const at = `${file}.services.${used[i]}`;
    const shared = (unit.volumes ?? []).flatMap(({ name }) => {
      const owner = owners.get(name);
      owners.set(name, owner ?? unit.name);
      return owner === undefined
        ? []
        : [{ path: `${at}.volumes`, expected: `volumes of its own: ${name} is the one of ${owner}, and each has one for itself` }];
    });
    const absent = (unit.dependsOn ?? []).filter((name) => !used.includes(name));
    return [...shared, ...absent.map((name) => ({ path: `${at}.depends_on`, expected: `services that are started: ${name} is not` }))];
  });
}

function topLevel(data: unknown, file: string): Issue[] {
  const known = ["version", "name", "services", "volumes", "networks"];
  const foreign = keysOf(data, "volumes").flatMap((name) =>
    ["external", "driver_opts", "driver"]
      .filter((key) => ![undefined, null, false, "local"].includes(fieldOf(data, "volumes", name, key) as string))
      .map((key) => ({ path: `${file}.volumes.${name}.${key}`, expected: "nothing: volumes are AgentPod's own, and begin empty" })),
  );
  const unknown = keysOf(data).flatMap((key) =>
    known.includes(key) || key.startsWith("x-")
      ? []
      : [{ path: `${file}.${key}`, expected: "nothing: a pod has no such thing, and it is left out" }],
  );
  return [...foreign, ...unknown];
}

/** What PodSpec and the policy say of the units as a whole, once the folders are packed. */
function specIssues(units: Findings["units"], file: string): Issue[] {
  const digest = `sha256:${"0".repeat(64)}`;
  const packed = withArtifacts({ units }, Object.fromEntries(units.flatMap(({ build }) => (build ? [[build.folder, digest]] : []))));
  const parsed = podSpec.safeParse(packed);
  if (!parsed.success) return issuesOf(parsed.error, podSpec, packed, file);
  try {
    checkSpecPolicy(parsed.data, file);
    return [];
  } catch (thrown) {
    if (thrown instanceof AppError) return thrown.issues;
    throw thrown;
  }
}
