import { pathText } from "../../draft-issues.ts";
import type { Issue } from "../../errors.ts";
import { type ConfigRecord, isConfigRecord, leavesOf } from "./config-record.ts";
import { environmentName, isReference, referenceTo } from "./environment-name.ts";

/** Written by AgentPod alone: who reaches the agent, what it loads, where it lies, and what it asks the world by itself. */
const reserved = [
  "$schema",
  "meta",
  "wizard",
  "env",
  "secrets",
  "proxy",
  "telemetry",
  "update",
  "discovery",
  "gateway",
  "desktop",
  "browser",
  "nodeHost",
  "cloudWorkers",
  "worktreeRoot",
  "plugins.load",
  "plugins.installs",
  "plugins.allow",
  "plugins.deny",
  "plugins.enabled",
  "plugins.entries.admin-http-rpc",
  "plugins.entries.agentpod",
  "agents.defaults.workspace",
  "agents.entries.*.workspace",
  "session.store",
  "logging.file",
  "logging.maxFileBytes",
].map((path) => path.split("."));

/** Below what is reserved, and yet a package's own to say. */
const open = ["gateway.http.endpoints.chatCompletions", "gateway.http.endpoints.responses", "gateway.controlUi.environment"].map((path) =>
  path.split("."),
);

/** What is wrong with a package's configuration: paths that are AgentPod's, and secrets in the open. */
export function packageConfigIssues(config: ConfigRecord, at: string): Issue[] {
  return [...reservedIssues(config, at), ...includeIssues(config, [], at), ...secretIssues(config, [], at)];
}

/** What is wrong with what a customer sets: the same, and paths that the package does not allow. */
export function overrideIssues(overrides: ConfigRecord, allow: readonly string[], at: string): Issue[] {
  const wrong = packageConfigIssues(overrides, at);
  const told = new Set(wrong.map((issue) => issue.path));
  const patterns = allow.map((path) => path.split("."));
  const refused = leavesOf(overrides)
    .filter(({ way }) => !patterns.some((pattern) => isBelow(way, pattern)))
    .map(({ way }) => ({ path: pathText(way, at), expected: allowedText(allow) }));
  return [...wrong, ...refused.filter((issue) => !told.has(issue.path))];
}

function allowedText(allow: readonly string[]): string {
  return allow.length === 0 ? "nothing here: the package lets nothing be changed" : `a path that the package allows: ${allow.join(", ")}`;
}

function reservedIssues(config: ConfigRecord, at: string): Issue[] {
  return leavesOf(config)
    .filter(({ way }) => reserved.some((path) => isBelow(way, path) || isBelow(path, way)) && !open.some((path) => isBelow(way, path)))
    .map(({ way }) => ({ path: pathText(way, at), expected: "nothing here, for AgentPod sets it" }));
}

/** A file of the machine would be read, unseen by any check. */
function includeIssues(value: unknown, way: readonly string[], at: string): Issue[] {
  if (Array.isArray(value)) return value.flatMap((item, i) => includeIssues(item, [...way, String(i)], at));
  if (!isConfigRecord(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === "$include"
      ? [{ path: pathText([...way, key], at), expected: "no $include: the configuration is one document" }]
      : includeIssues(inner, [...way, key], at),
  );
}

const secretName = /(api[-_]?key|token|secret|password|passphrase)$/i;

/** A configuration is shown and kept in revisions: secrets come by reference. */
function secretIssues(value: unknown, way: readonly string[], at: string): Issue[] {
  if (Array.isArray(value)) return value.flatMap((item, i) => secretIssues(item, [...way, String(i)], at));
  if (isConfigRecord(value)) return Object.entries(value).flatMap(([key, inner]) => secretIssues(inner, [...way, key], at));
  const key = way.at(-1) ?? "";
  if (typeof value !== "string" || value === "" || !secretName.test(key) || isReference(value)) return [];
  return [{ path: pathText(way, at), expected: `a reference to a secret input, such as ${referenceTo(environmentName(key))}` }];
}

function isBelow(way: readonly string[], pattern: readonly string[]): boolean {
  return pattern.length <= way.length && pattern.every((part, i) => part === "*" || part === way[i]);
}
