import type { Issue } from "./errors.ts";
import { AppError } from "./errors.ts";
import { nearest } from "./name.ts";
import type { PodSpec, UnitSpec } from "./pod-spec.ts";
import { knownPlaceholders, mapUnitTexts, placeholdersIn } from "./render-unit.ts";
import { overlapObstacle, startOrder } from "./rollout.ts";

/**
 * What is wrong inside a parsed spec on any runtime: names that are not unique, or that refer to nothing (the nearest is
 * offered); circles; secrets where they would show; parts of a unit that exclude each other. `secrets` are known names.
 */
export function referenceIssues(spec: PodSpec, secrets: readonly string[], at = "spec"): Issue[] {
  const units = spec.units.map((unit) => unit.name);
  return [
    ...duplicates(units, (i) => `${at}.units[${i}].name`, "a name that no other unit has"),
    ...spec.units.flatMap((unit, i) => unitIssues(unit, spec, secrets, `${at}.units[${i}]`)),
    ...routeIssues(spec, at),
    ...circleIssues(spec),
    ...idleIssues(spec, at),
  ];
}

/** What nobody can wake again, or what ends by itself, is not put to sleep. */
function idleIssues({ idle, lifecycle, routes }: PodSpec, at: string): Issue[] {
  if (!idle || (lifecycle === "service" && routes.length > 0)) return [];
  const expected = lifecycle === "task" ? "no idle: a task ends by itself" : "a route beside it: without one no request could wake the pod";
  return [{ path: `${at}.idle`, expected }];
}

function unitIssues(unit: UnitSpec, spec: PodSpec, secrets: readonly string[], at: string): Issue[] {
  const obstacle = unit.rollout === "overlap" ? overlapObstacle(unit, spec) : null;
  return [
    ...duplicates(names(unit.ports), (i) => `${at}.ports[${i}].name`, "a name that no other port of the unit has"),
    ...duplicates(
      unit.ports.map((p) => p.container),
      (i) => `${at}.ports[${i}].container`,
      "a number that no other port of the unit has",
    ),
    ...duplicates(names(unit.volumes), (i) => `${at}.volumes[${i}].name`, "a name that no other volume of the unit has"),
    ...mountIssues(unit, at),
    ...unit.dependsOn.flatMap((needed, i) => missing(needed, names(spec.units), `${at}.dependsOn[${i}]`, "a unit of this pod")),
    ...(unit.probe && unit.probe.kind !== "exec"
      ? missing(unit.probe.port, names(unit.ports), `${at}.probe.port`, "a port of this unit")
      : []),
    ...(unit.probe?.kind === "agent" ? missing(unit.probe.secret, secrets, `${at}.probe.secret`, "a secret of this pod") : []),
    ...(unit.image !== undefined && unit.build !== undefined ? [{ path: `${at}.build`, expected: "either image or build, not both" }] : []),
    ...(unit.live?.env ?? []).flatMap((name, i) => missing(name, Object.keys(unit.env), `${at}.live.env[${i}]`, "a variable of env")),
    ...(obstacle === null ? [] : [{ path: `${at}.rollout`, expected: `replace, for ${obstacle}` }]),
    ...placeholderIssues(unit, spec, secrets, at),
  ];
}

const names = (items: readonly { name: string }[]): string[] => items.map((item) => item.name);

function duplicates(values: readonly (string | number)[], path: (index: number) => string, expected: string): Issue[] {
  return values.flatMap((value, i) => (values.indexOf(value) < i ? [{ path: path(i), expected }] : []));
}

function missing(wanted: string, valid: readonly string[], path: string, noun: string): Issue[] {
  if (valid.includes(wanted)) return [];
  const close = nearest(wanted, valid);
  return [
    {
      path,
      expected: valid.length > 0 ? `${noun}, one of ${valid.join(", ")}` : `${noun}, but there is none`,
      ...(close && { nearest: close }),
    },
  ];
}

/** One place, one mount: what is unpacked or kept in a folder must not be hidden by something mounted over it. */
function mountIssues(unit: UnitSpec, at: string): Issue[] {
  const mounts = [
    ...(unit.code ? [{ where: unit.code.path, path: `${at}.code.path` }] : []),
    ...unit.volumes.map((v, i) => ({ where: v.path, path: `${at}.volumes[${i}].path` })),
    ...unit.tmpfs.map((t, i) => ({ where: t.path, path: `${at}.tmpfs[${i}].path` })),
  ].map((mount) => ({ ...mount, where: mount.where.replace(/\/+/g, "/").replace(/(.)\/$/, "$1") }));
  return mounts.flatMap((mount, i) =>
    mounts
      .slice(0, i)
      .some(
        (other) =>
          other.where === mount.where || (unit.code !== undefined && other === mounts[0] && other.where.startsWith(`${mount.where}/`)),
      )
      ? [{ path: mount.path, expected: "a folder in which nothing else of this unit lies" }]
      : [],
  );
}

function routeIssues(spec: PodSpec, at: string): Issue[] {
  return spec.routes.flatMap((route, i) => {
    const unit = spec.units.find((u) => u.name === route.unit);
    if (!unit) return missing(route.unit, names(spec.units), `${at}.routes[${i}].unit`, "a unit of this pod");
    const earlier = spec.routes.slice(0, i).filter((other) => other.path === route.path);
    const taken = new Set(earlier.flatMap((other) => other.hosts));
    return [
      ...missing(route.port, names(unit.ports), `${at}.routes[${i}].port`, `a port of unit ${unit.name}`),
      ...(earlier.length > 0 && route.hosts.length === 0
        ? [{ path: `${at}.routes[${i}].path`, expected: "a path that no earlier route has, or hosts of its own" }]
        : []),
      ...route.hosts.flatMap((host, h) =>
        taken.has(host) || route.hosts.indexOf(host) < h
          ? [{ path: `${at}.routes[${i}].hosts[${h}]`, expected: "a host that no other route with this path has" }]
          : [],
      ),
    ];
  });
}

function circleIssues(spec: PodSpec): Issue[] {
  try {
    startOrder(spec);
    return [];
  } catch (thrown) {
    if (thrown instanceof AppError) return thrown.issues;
    throw thrown;
  }
}

function placeholderIssues(unit: UnitSpec, spec: PodSpec, secrets: readonly string[], at: string): Issue[] {
  const known = knownPlaceholders({
    units: Object.fromEntries(
      spec.units.map((u) => [
        u.name,
        { host: "", ports: Object.fromEntries(u.ports.map((p) => [p.name, p.container])), firstPort: u.ports[0]?.container ?? null },
      ]),
    ),
    secrets: Object.fromEntries(secrets.map((secret) => [secret, ""])),
    volumes: Object.fromEntries(unit.volumes.map((v) => [v.name, v.path])),
    code: unit.code?.path ?? null,
    listen: "",
    pod: { name: "", tenant: "", url: "", proxy: "" },
    llm: { url: "" },
  });
  const issues: Issue[] = [];
  mapUnitTexts(unit, (text, path) => {
    for (const placeholder of placeholdersIn(text)) {
      const inEnvironment = path.startsWith("env.") || path.startsWith("local.env.");
      if ((placeholder.startsWith("secrets.") || placeholder === "llm.key") && !inEnvironment) {
        // Arguments show in every process list.
        issues.push({
          path: `${at}.${path}`,
          expected: `no secret in arguments; put {{ ${placeholder} }} into env and read it from there`,
        });
      } else
        issues.push(...missing(placeholder, known, `${at}.${path}`, "a placeholder").map((issue) => placeholderIssue(issue, placeholder)));
    }
    return text;
  });
  // Arguments of a build are kept in its image, where everybody who has it can read them.
  for (const [name, text] of Object.entries(unit.build?.args ?? {}))
    if (placeholdersIn(text).length > 0)
      issues.push({
        path: `${at}.build.args.${name}`,
        expected: "a value without placeholders: it is kept in the image; put secrets into env",
      });
  return issues;
}

function placeholderIssue(issue: Issue, placeholder: string): Issue {
  return {
    path: issue.path,
    expected: `a placeholder that stands for something, not {{ ${placeholder} }}`,
    ...(issue.nearest !== undefined && { nearest: `{{ ${issue.nearest} }}` }),
  };
}
