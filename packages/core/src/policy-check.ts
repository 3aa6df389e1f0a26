import { pathText } from "./draft-issues.ts";
import { AppError, type Issue } from "./errors.ts";
import { nearest } from "./name.ts";
import { capabilities, type PodSpec } from "./pod-spec.ts";
import { type Forbidden, forbidden, reservedMountPoints } from "./policy-forbidden.ts";

const byKey = new Map<string, Forbidden[]>();
for (const rule of forbidden) for (const key of rule.keys) byKey.set(key, [...(byKey.get(key) ?? []), rule]);

/**
 * The one policy for a spec as given: create, update, rollback, import and template apply all pass here before anything
 * else is read. Throws `forbidden` with every path that asks for something of the host, and what to use instead; `invalid` for
 * what is nested too deeply to be a spec.
 */
export function checkPolicy(given: unknown, at = "spec"): void {
  refuse([...forbiddenKeys(given, [], at), ...foreignCapabilities(given, at)]);
}

/** The same policy on a parsed spec: what only shows once defaults and placeholders are filled. Throws `forbidden`. */
export function checkSpecPolicy(spec: PodSpec, at = "spec"): void {
  checkPolicy(spec, at);
  checkMountPoints(
    spec.units.flatMap((unit, u) => [
      ...unit.volumes.map((v, i) => ({ path: v.path, at: `${at}.units[${u}].volumes[${i}].path` })),
      ...unit.tmpfs.map((t, i) => ({ path: t.path, at: `${at}.units[${u}].tmpfs[${i}].path` })),
      ...(unit.code ? [{ path: unit.code.path, at: `${at}.units[${u}].code.path` }] : []),
    ]),
  );
}

/** Throws `forbidden` for every path inside a unit at which a mount would break its confinement. */
export function checkMountPoints(mounts: readonly { path: string; at: string }[]): void {
  refuse(mounts.flatMap((mount) => reservedMount(mount.path, mount.at)));
}

function refuse(issues: Issue[]): void {
  const [first] = issues;
  if (!first) return;
  const rest = issues.length > 1 ? ` (and ${issues.length - 1} more)` : "";
  throw new AppError("forbidden", `${first.path}: ${first.expected}${rest}.`, { issues });
}

const deepest = 40;

function forbiddenKeys(value: unknown, path: PropertyKey[], at: string): Issue[] {
  if (value === null || typeof value !== "object") return [];
  if (path.length > deepest) throw new AppError("invalid", `${at} is nested more than ${deepest} levels deep.`);
  if (Array.isArray(value)) return value.flatMap((item, i) => forbiddenKeys(item, [...path, i], at));
  return Object.entries(value).flatMap(([key, inner]) => {
    const here = [...path, key];
    const issues = (byKey.get(plain(key)) ?? [])
      .filter((rule) => (rule.when ? rule.when(inner) : asksForSomething(inner)))
      .map((rule) => ({ path: pathText(here, at), expected: `no spec may ask for ${rule.what}; ${rule.instead}` }));
    if (issues.length > 0) return issues;
    // Below these the keys are the user's own words, not ours.
    return (key === "env" || key === "args") && isFlat(inner) ? [] : forbiddenKeys(inner, here, at);
  });
}

function isFlat(value: unknown): boolean {
  return value !== null && typeof value === "object" && Object.values(value).every((v) => v === null || typeof v !== "object");
}

const plain = (key: string): string => key.toLowerCase().replace(/[_-]/g, "");

function asksForSomething(value: unknown): boolean {
  if (value === null || value === undefined || value === false || value === "") return false;
  return typeof value !== "object" || Object.keys(value).length > 0;
}

function foreignCapabilities(given: unknown, at: string): Issue[] {
  const units = isRecord(given) && Array.isArray(given.units) ? given.units : [];
  return units.flatMap((unit: unknown, u) => {
    const asked = isRecord(unit) && Array.isArray(unit.capabilities) ? unit.capabilities : [];
    return asked.flatMap((capability: unknown, i): Issue[] => {
      if (typeof capability !== "string" || (capabilities as readonly string[]).includes(capability) || capability.includes("{{"))
        return [];
      const close = nearest(capability.toUpperCase().replace(/^CAP_/, ""), capabilities);
      return [
        {
          path: `${at}.units[${u}].capabilities[${i}]`,
          expected: `no spec may ask for capability ${JSON.stringify(capability.slice(0, 40))}; allowed are ${capabilities.join(", ")}`,
          ...(close && { nearest: close }),
        },
      ];
    });
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

function reservedMount(path: string, at: string): Issue[] {
  const clean = `/${path
    .split("/")
    .filter((part) => part !== "" && part !== ".")
    .join("/")}`;
  const inside = clean === "/" || reservedMountPoints.some((point) => clean === point || clean.startsWith(`${point}/`));
  if (!inside || clean === "/dev/shm") return [];
  return [{ path: at, expected: `nothing may be mounted over ${clean}; choose a folder of the unit's own, such as /data` }];
}
