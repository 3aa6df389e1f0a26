import { AppError, type Issue } from "../../errors.ts";
import { name as unitName } from "../../name.ts";
import { capabilities, imageReference } from "../../pod-spec.ts";
import { checkPolicy } from "../../policy-check.ts";
import { commandWords } from "./command-words.ts";
import type { UnitDraft } from "./compose-unit.ts";
import { fieldOf, isRecord, keysOf, textOf, textsOf } from "./field-of.ts";
import { joined } from "./project-files.ts";

export interface ReadService {
  unit: UnitDraft;
  refused: Issue[];
  /** Files of environment that it names, whose content is not part of a source. */
  envFiles: string[];
  /** Host ports → container ports, as they are published. */
  published: number[];
}

/** Keys that are read below, and those that mean nothing in a pod: its units have one network, no capabilities, are kept running, and have their logs kept. */
const known = new Set([
  ...["image", "build", "command", "entrypoint", "environment", "env_file", "ports", "expose", "volumes", "depends_on", "healthcheck"],
  ...["user", "working_dir", "read_only", "tmpfs", "stop_signal", "stop_grace_period", "deploy", "mem_limit", "cpus", "pids_limit"],
  ...[
    "restart",
    "networks",
    "container_name",
    "hostname",
    "labels",
    "logging",
    "init",
    "profiles",
    "annotations",
    "attach",
    "cap_drop",
    "cap_add",
  ],
]);

/** One service as a unit; what cannot be taken over is refused by its path, and left out. */
export function composeService(service: string, given: unknown, at: string, folder: string): ReadService {
  const path = `${at}.services.${service}`;
  const refused: Issue[] = [];
  const refuse = (key: string, expected: string): void => void refused.push({ path: `${path}.${key}`, expected });
  for (const key of keysOf(given))
    if (!known.has(key) && !key.startsWith("x-") && !isAnyway(key, given)) refuse(key, whyNot(key, fieldOf(given, key)));
  const volumes = volumesOf(given, refuse);
  const { container, published } = portsOf(given, refuse);
  const env = environmentOf(given, refuse);
  const unit: UnitDraft = {
    name: unitName.safeParse(service).success ? service : renamed(service, refuse),
    ...sourceOf(given, folder, refuse),
    ...programOf(given, "command", refuse),
    ...programOf(given, "entrypoint", refuse),
    ...(textOf(given, "working_dir") && { workdir: textOf(given, "working_dir") ?? "/" }),
    ...userOf(given, refuse),
    ...capabilitiesOf(given, refuse),
    env,
    ports: container.map((port, i) => ({ name: i === 0 ? "main" : `port-${port}`, container: port })),
    volumes,
    ...resourcesOf(given),
    ...probeOf(given, refuse),
    dependsOn: [...new Set([...textsOf(given, "depends_on"), ...keysOf(given, "depends_on")])],
    ...(fieldOf(given, "read_only") === true && { readOnlyRoot: true }),
    ...endOf(given, refuse),
    ...memoryOf(given, refuse),
  };
  const files = fieldOf(given, "env_file");
  const envFiles =
    typeof files === "string"
      ? [files]
      : Array.isArray(files)
        ? files.flatMap((file) => textOf({ file }, "file") ?? textOf(file, "path") ?? [])
        : [];
  return { unit, refused, envFiles, published };
}

/** What every unit has. */
const isAnyway = (key: string, given: unknown): boolean =>
  key === "security_opt" && textsOf(given, key).every((option) => /^no-new-privileges(:true)?$/.test(option));

/** In the policy's words where it forbids the key. */
const whyNot = (key: string, value: unknown): string =>
  forbiddenAs({ [key]: value }) ?? "nothing: a unit has no such thing, and it is left out";

/** What the policy says of it; null where it forbids nothing. */
function forbiddenAs(given: unknown): string | null {
  try {
    checkPolicy(given);
    return null;
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.issues[0]) return thrown.issues[0].expected;
    throw thrown;
  }
}

type Refuse = (key: string, expected: string) => void;

function renamed(service: string, refuse: Refuse): string {
  const clean =
    service
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, "-")
      .replaceAll(/^-|-$/g, "")
      .slice(0, 40) || "unit";
  refuse("name", `a DNS label; the unit is called ${clean}, and addresses that name the service have to be changed`);
  return clean;
}

function sourceOf(given: unknown, folder: string, refuse: Refuse): Partial<UnitDraft> {
  const build = fieldOf(given, "build");
  if (build === undefined || build === null) {
    const image = textOf(given, "image");
    if (image === null) refuse("image", "an image or a build");
    else if (imageReference.safeParse(image).success) return { image };
    else refuse("image", "an image reference such as postgres:17, without variables");
    return {};
  }
  const context = typeof build === "string" ? build : (textOf(build, "context") ?? ".");
  const place = context.replace(/^\.\/?/, "").replace(/\/$/, "");
  if (/^[/~]|:\/\/|^git@|\{\{/.test(place) || place.split("/").includes("..")) {
    refuse("build", "a folder of this project");
    return {};
  }
  const args = pairs(fieldOf(build, "args"));
  const secrets = Object.entries(args).filter(([, value]) => value.includes("{{ secrets."));
  for (const [name] of secrets) refuse(`build.args.${name}`, "a value: arguments of a build are seen in the image, and hold no secret");
  const plain = Object.fromEntries(Object.entries(args).filter(([, value]) => !value.includes("{{")));
  for (const key of keysOf(build))
    if (!["context", "dockerfile", "args", "target"].includes(key))
      refuse(`build.${key}`, "nothing: a build has no such thing, and it is left out");
  const dockerfile = textOf(build, "dockerfile")?.replace(/^\.\//, "");
  const target = textOf(build, "target");
  return {
    build: {
      folder: joined(folder, place) || ".",
      ...(dockerfile && { dockerfile }),
      ...(Object.keys(plain).length > 0 && { args: plain }),
      ...(target && { target }),
    },
  };
}

function programOf(given: unknown, key: "command" | "entrypoint", refuse: Refuse): Partial<UnitDraft> {
  const value = fieldOf(given, key);
  if (value === undefined || value === null) return {};
  const words = typeof value === "string" ? commandWords(value) : textsOf(given, key);
  if (words === null || words.length === 0) refuse(key, "a list of arguments, without signs for a shell");
  else if (words.some((word) => word.includes("{{ secrets.")))
    refuse(key, "no variable without a default in arguments, which show in every list of processes; use environment");
  // `$PORT` is the unit's own here, not the application's.
  else if (words.some((word) => word.includes("{{ units.app"))) refuse(key, "no PORT in arguments; name the port");
  else return { [key]: words };
  return {};
}

function environmentOf(given: unknown, refuse: Refuse): Record<string, string> {
  const all = pairs(fieldOf(given, "environment"));
  const isName = (key: string): boolean => /^[A-Za-z_][A-Za-z0-9_]{0,127}$/.test(key);
  for (const key of Object.keys(all)) if (!isName(key)) refuse(`environment.${key.slice(0, 40)}`, "an environment name");
  return Object.fromEntries(Object.entries(all).filter(([key]) => isName(key)));
}

/** `A=b` in a list, or members of an object. A name alone takes its value from outside. */
function pairs(value: unknown): Record<string, string> {
  if (Array.isArray(value))
    return Object.fromEntries(
      value
        .filter((item): item is string => typeof item === "string")
        .map((item) => item.split(/=(.*)/s))
        .map(([key = "", text]) => [key, text ?? `{{ secrets.${key} }}`]),
    );
  if (!isRecord(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([key, text]) => [key, text === null ? `{{ secrets.${key} }}` : String(text)]));
}

function portsOf(given: unknown, refuse: Refuse): { container: number[]; published: number[] } {
  const list = fieldOf(given, "ports");
  const published = (Array.isArray(list) ? list : []).flatMap((item: unknown) => {
    const text = isRecord(item) ? String(item.target ?? "") + (item.protocol === "udp" ? "/udp" : "") : String(item);
    const match = /^(?:.*:)?(\d{1,5})(?:\/(tcp|udp))?$/.exec(text);
    const port = Number(match?.[1] ?? 0);
    if (match?.[2] !== "udp" && port >= 1 && port <= 65_535) return [port];
    refuse("ports", `a port of TCP such as "8080:80", not ${JSON.stringify(text.slice(0, 40))}`);
    return [];
  });
  const exposed = fieldOf(given, "expose");
  const inner = (Array.isArray(exposed) ? exposed : [])
    .map((item) => Number(String(item).split("/")[0]))
    .filter((port) => Number.isInteger(port) && port >= 1 && port <= 65_535);
  return { published: [...new Set(published)], container: [...new Set([...published, ...inner])].slice(0, 20) };
}

function volumesOf(given: unknown, refuse: Refuse): NonNullable<UnitDraft["volumes"]> {
  const list = fieldOf(given, "volumes");
  return (Array.isArray(list) ? list : []).flatMap((item: unknown, i) => {
    const [source, target] = isRecord(item)
      ? [item.type === "bind" ? "./" : String(item.source ?? ""), String(item.target ?? "")]
      : volumeParts(String(item));
    if (!/^[A-Za-z0-9][\w.-]*$/.test(source) && source !== "") {
      refuse(
        `volumes[${i}]`,
        "a named volume: folders and sockets of the host are not mounted; what a container needs of the project belongs into its image",
      );
      return [];
    }
    if (!target.startsWith("/") || target.split("/").includes("..")) {
      refuse(`volumes[${i}]`, "a volume at an absolute path");
      return [];
    }
    const label =
      (source || target)
        .toLowerCase()
        .replaceAll(/[^a-z0-9]+/g, "-")
        .replaceAll(/^-|-$/g, "")
        .slice(0, 40) || "data";
    return [{ name: label, path: target }];
  });
}

function volumeParts(text: string): [source: string, target: string] {
  const [first = "", second] = text.split(":");
  return second === undefined ? ["", first] : [first, second];
}

function userOf(given: unknown, refuse: Refuse): Partial<UnitDraft> {
  const user = fieldOf(given, "user");
  if (user === undefined || user === null) return {};
  if (/^[a-z_0-9][a-z0-9_-]{0,31}(:[a-z_0-9][a-z0-9_-]{0,31})?$/.test(String(user))) return { user: String(user) };
  refuse("user", "a user such as 1000 or node");
  return {};
}

function capabilitiesOf(given: unknown, refuse: Refuse): Partial<UnitDraft> {
  const asked = textsOf(given, "cap_add").map((text) => text.toUpperCase().replace(/^CAP_/, ""));
  const kept = capabilities.filter((each) => asked.includes(each));
  for (const each of asked) {
    const forbidden = forbiddenAs({ units: [{ capabilities: [each] }] });
    if (forbidden !== null) refuse("cap_add", forbidden);
  }
  return kept.length > 0 ? { capabilities: kept } : {};
}

/** How it is asked to end, and how long it may take. */
function endOf(given: unknown, refuse: Refuse): Partial<UnitDraft> {
  const signal = textOf(given, "stop_signal");
  const stopSignal = stopSignals.find((each) => each === signal || each === `SIG${signal}`);
  if (signal !== null && stopSignal === undefined) refuse("stop_signal", `one of ${stopSignals.join(", ")}`);
  const time = textOf(given, "stop_grace_period");
  const match = /^(?:(\d{1,2})m)?(?:(\d{1,3})s)?$/.exec(time ?? "");
  const seconds = Number(match?.[1] ?? 0) * 60 + Number(match?.[2] ?? 0);
  if (time !== null && (!match || seconds > 600)) refuse("stop_grace_period", "a time such as 30s, at most 10m");
  return { ...(stopSignal && { stopSignal }), ...(time !== null && match && seconds <= 600 && { stopGraceSeconds: seconds }) };
}

const stopSignals = ["SIGTERM", "SIGINT", "SIGQUIT", "SIGHUP", "SIGUSR1", "SIGUSR2"] as const;

/** Folders in memory. */
function memoryOf(given: unknown, refuse: Refuse): Partial<UnitDraft> {
  const asked = textOf(given, "tmpfs");
  const paths = (asked === null ? textsOf(given, "tmpfs") : [asked]).map((text) => text.split(":")[0] ?? "");
  const isFine = (path: string): boolean => path.startsWith("/") && !path.split("/").includes("..");
  for (const path of paths) if (!isFine(path)) refuse("tmpfs", "absolute paths");
  const tmpfs = paths
    .filter(isFine)
    .slice(0, 10)
    .map((path) => ({ path }));
  return tmpfs.length > 0 ? { tmpfs } : {};
}

function resourcesOf(given: unknown): Partial<UnitDraft> {
  const limits = fieldOf(given, "deploy", "resources", "limits");
  const cpus = Number(fieldOf(limits, "cpus") ?? fieldOf(given, "cpus") ?? Number.NaN);
  const match = /^(\d{1,15})(?:\.\d+)?\s*([bkmg]?)b?$/i.exec(String(fieldOf(limits, "memory") ?? fieldOf(given, "mem_limit") ?? ""));
  const unit = { b: 1 / 1024 ** 2, k: 1 / 1024, m: 1, g: 1024 }[(match?.[2] ?? "").toLowerCase() || "b"] ?? 1;
  const memoryMb = match ? Math.round(Number(match[1]) * unit) : Number.NaN;
  const pids = Number(fieldOf(limits, "pids") ?? fieldOf(given, "pids_limit") ?? Number.NaN);
  const hasPids = Number.isInteger(pids) && pids >= 8 && pids <= 32_768;
  const resources = {
    ...(hasPids && { pids }),
    ...(cpus >= 0.05 && cpus <= 64 && { cpus }),
    ...(memoryMb >= 16 && memoryMb <= 1_048_576 && { memoryMb }),
  };
  return Object.keys(resources).length > 0 ? { resources } : {};
}

function probeOf(given: unknown, refuse: Refuse): Partial<UnitDraft> {
  const test = fieldOf(given, "healthcheck", "test");
  if (test === undefined || fieldOf(given, "healthcheck", "disable") === true) return {};
  const words = Array.isArray(test) ? textsOf(given, "healthcheck", "test") : ["CMD-SHELL", String(test)];
  const [kind, ...argv] = words;
  if (kind === "NONE") return {};
  if (kind === "CMD" && argv.length > 0) return { probe: { kind: "exec", command: argv } };
  const plain = kind === "CMD-SHELL" ? commandWords((argv[0] ?? "").slice(0, 4096).replace(/\s*\|\|\s*exit \d+\s*$/, "")) : null;
  if (plain !== null && !plain.some((word) => word.includes("{{"))) return { probe: { kind: "exec", command: plain } };
  refuse("healthcheck.test", "a list that begins with CMD, without signs for a shell");
  return {};
}
