import { AppError, type Issue } from "./errors.ts";
import { llmKeySecret } from "./llm/llm-key.ts";
import { nearest } from "./name.ts";
import type { UnitSpec } from "./pod-spec.ts";

/** What the runtime placeholders of one unit stand for. */
export interface RenderValues {
  /** By unit name; `firstPort` null for a unit without ports. */
  units: Record<string, { host: string; ports: Record<string, number>; firstPort: number | null }>;
  /** Null: `{{ secrets.x }}` stays in place, for `renderSecrets` at the last moment. */
  secrets: Record<string, string> | null;
  /** By name of this unit's own volumes: where each is mounted. */
  volumes: Record<string, string>;
  /** Where this unit's code was unpacked; null without code. */
  code: string | null;
  listen: string;
  pod: { name: string; tenant: string; url: string; proxy: string };
  /** Where the LLM proxy answers for this pod: `/v1` below it speaks OpenAI, `/anthropic` Anthropic. */
  llm: { url: string };
}

const placeholder = /\{\{\s*([^{}]*?)\s*\}\}/g;

/** The dotted paths of the placeholders in a text, in order: `secrets.password`. Unclosed braces are not seen here. */
export function placeholdersIn(text: string): string[] {
  return [...text.matchAll(placeholder)].map((match) => match[1] ?? "");
}

/** Replaces each placeholder once (what is put in is never read again); `resolve` throws for one it does not know. */
export function replacePlaceholders(text: string, resolve: (path: string) => string): string {
  return text.replace(placeholder, (_whole, path: string) => resolve(path));
}

/** Fills the placeholders of a text. Throws `invalid` for one that stands for nothing. */
export function renderText(text: string, values: RenderValues): string {
  return replacePlaceholders(text, (path) => {
    const [head = "", ...rest] = path.split(".");
    if (head === "secrets" && rest.length === 1 && values.secrets === null) return `{{ ${path} }}`;
    // The key is a secret of the pod's like any other, but for its name.
    if (path === "llm.key" && values.secrets === null) return `{{ secrets.${llmKeySecret} }}`;
    const found = valueAt(head, rest, values);
    if (found === undefined) throw unknownPlaceholder(path, knownPlaceholders(values));
    return String(found);
  });
}

/** Second pass: fills `{{ secrets.x }}` in a text where all else was filled. Throws `invalid` for a secret that is not there. */
export function renderSecrets(text: string, secrets: Record<string, string>): string {
  return replacePlaceholders(text, (path) => {
    const value = path.startsWith("secrets.") ? own(secrets, path.slice("secrets.".length)) : undefined;
    if (value === undefined)
      throw unknownPlaceholder(
        path,
        Object.keys(secrets).map((key) => `secrets.${key}`),
      );
    return value;
  });
}

/** The unit with all its placeholders filled. Throws `invalid` like `renderText`. */
export function renderUnit(unit: UnitSpec, values: RenderValues): UnitSpec {
  return mapUnitTexts(unit, (text) => renderText(text, values));
}

/** Applies `change` to each string of a unit that may hold placeholders; `path` is relative to the unit, e.g. `env.HOST`. */
export function mapUnitTexts(unit: UnitSpec, change: (text: string, path: string) => string): UnitSpec {
  const list = (items: string[], path: string): string[] => items.map((item, i) => change(item, `${path}[${i}]`));
  const table = (items: Record<string, string>, path: string): Record<string, string> =>
    Object.fromEntries(Object.entries(items).map(([key, item]) => [key, change(item, `${path}.${key}`)]));
  const { probe, local, live } = unit;
  return {
    ...unit,
    ...(unit.entrypoint && { entrypoint: list(unit.entrypoint, "entrypoint") }),
    ...(unit.command && { command: list(unit.command, "command") }),
    env: table(unit.env, "env"),
    ...(probe && { probe: probeWith(probe, change, list) }),
    ...(live && { live: { ...live, command: list(live.command, "live.command") } }),
    ...(local && { local: { ...local, argv: list(local.argv, "local.argv"), env: table(local.env, "local.env") } }),
  };
}

type Probe = NonNullable<UnitSpec["probe"]>;

function probeWith(probe: Probe, change: (text: string, path: string) => string, list: (items: string[], path: string) => string[]): Probe {
  if (probe.kind === "exec") return { ...probe, command: list(probe.command, "probe.command") };
  return probe.kind === "tcp" || probe.kind === "agent" ? probe : { ...probe, path: change(probe.path, "probe.path") };
}

/** Names of the other units whose host or port this unit's strings name; sorted, without itself. */
export function referencedUnits(unit: UnitSpec): string[] {
  return referenced(unit, "units").filter((name) => name !== unit.name);
}

/** Names of the secrets that this unit's strings name, the one behind `{{ llm.key }}` too; sorted. */
export function referencedSecrets(unit: UnitSpec): string[] {
  return referenced(unit, "secrets");
}

function referenced(unit: UnitSpec, head: string): string[] {
  const names = new Set<string>();
  mapUnitTexts(unit, (text) => {
    for (const path of placeholdersIn(text)) {
      const [first, second] = path.split(".");
      if (first === head && second) names.add(second);
      if (head === "secrets" && path === "llm.key") names.add(llmKeySecret);
    }
    return text;
  });
  return [...names].sort();
}

/** The error for a placeholder that stands for nothing, with the nearest that does. */
export function unknownPlaceholder(path: string, known: readonly string[], at = ""): AppError {
  const close = nearest(path, known);
  const issue: Issue = { path: at, expected: "a placeholder that stands for something", ...(close && { nearest: `{{ ${close} }}` }) };
  const hint = close ? `did you mean {{ ${close} }}?` : `known here: ${known.map((k) => `{{ ${k} }}`).join(", ") || "none"}.`;
  return new AppError("invalid", `${at ? `${at}: ` : ""}{{ ${path} }} stands for nothing; ${hint}`, { issues: [issue] });
}

/** All placeholder paths that these values can fill. */
export function knownPlaceholders(values: RenderValues): string[] {
  return [
    ...Object.entries(values.units).flatMap(([name, unit]) => [
      `units.${name}.host`,
      ...(unit.firstPort === null ? [] : [`units.${name}.port`]),
      ...Object.keys(unit.ports).map((port) => `units.${name}.ports.${port}`),
    ]),
    ...Object.keys(values.secrets ?? {}).map((name) => `secrets.${name}`),
    ...Object.keys(values.volumes).map((name) => `volumes.${name}`),
    ...(values.code === null ? [] : ["code"]),
    "listen",
    "pod.name",
    "pod.tenant",
    "pod.url",
    "pod.proxy",
    "llm.url",
    "llm.key",
  ];
}

function valueAt(head: string, rest: string[], values: RenderValues): string | number | undefined {
  const [first = "", second, third, ...more] = rest;
  if (more.length > 0) return undefined;
  switch (head) {
    case "units": {
      const unit = own(values.units, first);
      if (second === "ports" && third !== undefined) return unit && own(unit.ports, third);
      if (third !== undefined) return undefined;
      return second === "host" ? unit?.host : second === "port" ? (unit?.firstPort ?? undefined) : undefined;
    }
    case "pod":
      return second === undefined ? own<string>(values.pod, first) : undefined;
    case "llm":
      if (second !== undefined) return undefined;
      return first === "key" ? own(values.secrets ?? {}, llmKeySecret) : own<string>(values.llm, first);
    case "secrets":
      return second === undefined ? own(values.secrets ?? {}, first) : undefined;
    case "volumes":
      return second === undefined ? own(values.volumes, first) : undefined;
    case "code":
      return rest.length === 0 ? (values.code ?? undefined) : undefined;
    case "listen":
      return rest.length === 0 ? values.listen : undefined;
    default:
      return undefined;
  }
}

/** `constructor` and friends are no placeholders. */
function own<T>(record: Record<string, T>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
