import { invalidInput, parseInput, pathText } from "../../draft-issues.ts";
import type { Issue } from "../../errors.ts";
import { canonicalJson } from "../../hash.ts";
import type { PodSpec } from "../../pod-spec.ts";
import type { TemplateRendering } from "../../render-template.ts";
import { type AgentFacts, agentFacts } from "./agent-facts.ts";
import { configSchema, downgradeIssue, versionsWithPlugins } from "./agent-versions.ts";
import { channelsOf, enabledChannels, foreignChannelIssues } from "./channel-catalog.ts";
import { checkConfig } from "./check-config.ts";
import { type ConfigRecord, isConfigRecord, leavesOf } from "./config-record.ts";
import { hibernateInput, hibernationIssues, shortestIdleSeconds } from "./hibernation-rules.ts";
import { splitConfig } from "./live-config.ts";
import { overrideIssues } from "./override-rules.ts";
import { renderConfig } from "./render-config.ts";

/** The unit of an agent's template that is the agent. */
export const agentUnit = "agent";

/**
 * An agent's rendered template with what follows from its package and its pod: the configuration, checked by the
 * version's own schema, the heap, and what its image is built of. Throws `invalid` with the paths of the configuration.
 */
export function completeAgent(given: unknown, rendering: TemplateRendering): TemplateRendering {
  const facts = parseInput(agentFacts, given, "product.facts");
  configSchema(facts.version);
  const overrides = parseOverrides(rendering.inputs.config);
  const config = agentConfig(facts, rendering.inputs, overrides);
  const issues = [
    ...overrideIssues(overrides, facts.allow, "config"),
    ...pluginIssues(facts),
    ...foreignChannelIssues(config, facts.channels, "config"),
    ...channelSecretIssues(config, rendering.secrets),
    ...braceIssues(config),
    ...hibernateIssues(hibernateSeconds(rendering), config),
    ...checkConfig(facts.version, config, "config"),
  ];
  if (issues.length > 0) throw invalidInput(issues.filter((issue, i) => issues.findIndex(({ path }) => path === issue.path) === i));
  const spec = mapAgentUnit(rendering.spec, (unit) => completeUnit(unit, facts, rendering.inputs, config));
  return { ...rendering, spec: withIdle(spec, hibernateSeconds(rendering)) };
}

/** What another version of a package would do to a pod's state: an older OpenClaw does not read a newer one's. */
export function agentUpdateIssues(before: PodSpec, next: PodSpec): Issue[] {
  const [from, to] = [before, next].map((spec) => spec.units.find((unit) => unit.name === agentUnit)?.env.AGENT_VERSION ?? "");
  const expected = downgradeIssue(from ?? "", to ?? "");
  return expected === null ? [] : [{ path: "template", expected }];
}

/** The configuration that a pod of a package with these inputs has; not checked. */
export function agentConfig(facts: AgentFacts, inputs: Record<string, unknown>, overrides: ConfigRecord): ConfigRecord {
  return renderConfig({
    packaged: facts.config,
    overrides,
    model: {
      model: textOf(inputs.llmModel),
      api: textOf(inputs.llmApi),
      contextWindow: Number(inputs.llmContextWindow ?? 0),
      maxTokens: Number(inputs.llmMaxTokens ?? 0),
      isProxied: textOf(inputs.llmBaseUrl) === "",
    },
  });
}

/** What a pod lays over its package's configuration, from its input. Throws `invalid`. */
export function parseOverrides(text: unknown): ConfigRecord {
  try {
    const parsed: unknown = JSON.parse(typeof text === "string" && text !== "" ? text : "{}");
    if (isConfigRecord(parsed)) return parsed;
  } catch {}
  throw invalidInput([{ path: "inputs.config", expected: "a JSON object with what differs from the package's configuration" }]);
}

/** Seconds without traffic after which the agent is stopped until there is some; 0: never. A template from before there was the input says it in its spec. */
function hibernateSeconds({ spec, inputs }: TemplateRendering): number {
  const packaged = isConfigRecord(spec.idle) ? spec.idle.sleepAfterSeconds : 0;
  return Number(inputs[hibernateInput] ?? packaged);
}

function hibernateIssues(seconds: number, config: ConfigRecord): Issue[] {
  if (seconds === 0) return [];
  const path = `inputs.${hibernateInput}`;
  if (seconds < shortestIdleSeconds) return [{ path, expected: `0, for never, or ${shortestIdleSeconds} and more` }];
  return hibernationIssues(config, path);
}

/** An agent's page reconnects by itself for as long as it is open somewhere: unless its package says so, that keeps no agent awake. */
function withIdle({ idle, ...spec }: Record<string, unknown>, seconds: number): Record<string, unknown> {
  if (seconds === 0) return spec;
  const said = isConfigRecord(idle) ? idle : {};
  return { ...spec, idle: { openPages: "ignore", ...said, sleepAfterSeconds: seconds } };
}

/** Its image could not be built. */
function pluginIssues({ version, channels }: AgentFacts): Issue[] {
  if (versionsWithPlugins.includes(version)) return [];
  return channelsOf(channels)
    .filter(({ pack }) => pack !== null)
    .map(({ title }) => ({ path: "channels", expected: `no ${title} with OpenClaw ${version}, which has no plugin for it` }));
}

/** A channel that is switched on with an empty secret would start and be refused; secrets that are not given here are not judged. */
export function channelSecretIssues(config: ConfigRecord, secrets: Record<string, string>): Issue[] {
  return enabledChannels(config).flatMap(({ title, secrets: inputs }) =>
    Object.values(inputs)
      .filter((input) => secrets[input] === "")
      .map((input) => ({ path: `inputs.${input}`, expected: `the secret of the channel ${title}, for it is switched on` })),
  );
}

/** The configuration travels in the spec, where braces are read. */
function braceIssues(config: ConfigRecord): Issue[] {
  return leavesOf(config)
    .filter(({ value }) => JSON.stringify(value).includes("{{"))
    .map(({ way }) => ({ path: pathText(way, "config"), expected: "text without {{" }));
}

type Unit = Record<string, unknown>;

function completeUnit(unit: Unit, { version, channels }: AgentFacts, inputs: Record<string, unknown>, config: ConfigRecord): Unit {
  const env = isConfigRecord(unit.env) ? unit.env : {};
  const memoryMb = Number(isConfigRecord(unit.resources) ? unit.resources.memoryMb : Number.NaN);
  const packs = channelsOf(channels).flatMap(({ pack }) => (pack === null ? [] : [`${pack}@${version}`]));
  return {
    ...unit,
    env: {
      ...env,
      ...modelEnvironment(inputs),
      AGENT_VERSION: version,
      ...configEnvironment(unit, config),
      NODE_OPTIONS: heapOptions(memoryMb),
    },
    ...(isConfigRecord(unit.build) && { build: { ...unit.build, args: { AGENT_VERSION: version, AGENT_PLUGINS: packs.join(" ") } } }),
  };
}

/** Where the template can tell a running agent of a change, what may change so stands apart. */
function configEnvironment({ live }: Unit, config: ConfigRecord): Record<string, string> {
  if (!isConfigRecord(live)) return { AGENT_CONFIG: canonicalJson(config) };
  const parts = splitConfig(config);
  return { AGENT_CONFIG: canonicalJson(parts.fixed), AGENT_LIVE: canonicalJson(parts.live) };
}

/** Without an address of the pod's own, calls go through AgentPod's LLM proxy, which keeps the provider's key to itself. */
function modelEnvironment({ llmBaseUrl, llmApi }: Record<string, unknown>): Record<string, string> {
  if (textOf(llmBaseUrl) !== "") return { LLM_BASE_URL: textOf(llmBaseUrl), LLM_API_KEY: "{{ secrets.llmKey }}" };
  const path = llmApi === "anthropic-messages" ? "/anthropic" : "/v1";
  return { LLM_BASE_URL: `{{ llm.url }}${path}`, LLM_API_KEY: "{{ llm.key }}" };
}

/** Measured: 384 MB of heap in 640 MB, 320 in 512; the rest is code, buffers and SQLite. */
function heapOptions(memoryMb: number): string {
  return `--max-old-space-size=${Math.floor(memoryMb * 0.6)} --max-semi-space-size=4`;
}

function mapAgentUnit(spec: Record<string, unknown>, change: (unit: Unit) => Unit): Record<string, unknown> {
  if (!Array.isArray(spec.units)) return spec;
  return { ...spec, units: spec.units.map((unit: unknown) => (isConfigRecord(unit) && unit.name === agentUnit ? change(unit) : unit)) };
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");
