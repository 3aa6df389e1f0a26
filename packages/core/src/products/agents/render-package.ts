import { invalidInput } from "../../draft-issues.ts";
import type { Issue } from "../../errors.ts";
import type { Template, TemplateInput } from "../../template.ts";
import { agentFacts } from "./agent-facts.ts";
import type { AgentPackage } from "./agent-package.ts";
import { channelsOf } from "./channel-catalog.ts";
import { agentUnit } from "./complete-agent.ts";
import { type ConfigRecord, isConfigRecord, mergeConfig } from "./config-record.ts";
import { environmentName } from "./environment-name.ts";
import { hibernateInput } from "./hibernation-rules.ts";
import { packageConfigIssues } from "./override-rules.ts";

/**
 * A package as a template: the appliance's own, with the package's files as its code, its inputs beside the appliance's,
 * and what pods of it may change. `code` is the artifact that holds start program and files. Throws `invalid` with paths of
 * `agent.yaml`.
 */
export function renderPackage(given: AgentPackage, appliance: Template, code: string): Template {
  const base = agentFacts.parse(appliance.product?.facts ?? {});
  const issues = [...packageConfigIssues(given.config, "config"), ...inputIssues(given, appliance)];
  if (issues.length > 0) throw invalidInput(issues);
  const channels = [...new Set([...base.channels, ...given.channels])];
  const secrets = channelInputs(channels, appliance);
  return {
    ...appliance,
    name: given.name,
    title: given.title,
    description: given.description,
    inputs: { ...withDefaults(appliance.inputs, given), ...secrets, ...given.inputs },
    spec: withPackage(appliance.spec, given, code, [...Object.keys(secrets), ...Object.keys(given.inputs)]),
    product: {
      name: "agent",
      facts: {
        version: given.version ?? base.version,
        config: mergeConfig(base.config, given.config),
        allow: given.allow,
        channels,
      },
    },
  };
}

function inputIssues({ inputs }: AgentPackage, appliance: Template): Issue[] {
  const env = agentEnvironment(appliance);
  return Object.keys(inputs).flatMap((input) => {
    const path = `inputs.${input}`;
    if (Object.hasOwn(appliance.inputs, input)) return [{ path, expected: "a name that no input of the appliance has" }];
    const variable = environmentName(input);
    const isTaken = Object.hasOwn(env, variable) || /^(OPENCLAW|AGENT|NODE|NPM|LD)_/.test(variable) || ["PATH", "HOME"].includes(variable);
    return isTaken ? [{ path, expected: `another name: the variable ${variable} is the appliance's` }] : [];
  });
}

/** Optional: a channel is switched on pod by pod. */
function channelInputs(channels: readonly string[], appliance: Template): Record<string, TemplateInput> {
  const inputs = channelsOf(channels).flatMap(({ title, secrets }) =>
    Object.values(secrets).map((input): [string, TemplateInput] => [
      input,
      { type: "string", secret: true, default: "", title: { en: `${title}: ${input}`, zh: `${title}：${input}` } },
    ]),
  );
  return Object.fromEntries(inputs.filter(([input]) => !Object.hasOwn(appliance.inputs, input)));
}

function withDefaults(inputs: Template["inputs"], { model, resources, idle }: AgentPackage): Template["inputs"] {
  const defaults: Record<string, unknown> = {
    llmBaseUrl: model.baseUrl,
    llmApi: model.api,
    llmModel: model.name,
    llmContextWindow: model.contextWindow,
    llmMaxTokens: model.maxTokens,
    memoryMb: resources.memoryMb,
    [hibernateInput]: idle?.sleepAfterSeconds,
  };
  return Object.fromEntries(
    Object.entries(inputs).map(([input, declared]) => [
      input,
      defaults[input] === undefined ? declared : ({ ...declared, default: defaults[input] } as TemplateInput),
    ]),
  );
}

function withPackage(spec: Template["spec"], { resources, idle }: AgentPackage, code: string, inputs: readonly string[]): Template["spec"] {
  const units = (Array.isArray(spec.units) ? spec.units : []).map((unit: unknown) => {
    if (!isConfigRecord(unit) || unit.name !== agentUnit) return unit;
    const variables = inputs.map((input) => [environmentName(input), `{{ inputs.${input} }}`]);
    return {
      ...unit,
      code: { ...recordOf(unit.code), artifact: code },
      env: { ...recordOf(unit.env), ...Object.fromEntries(variables) },
      resources: { ...recordOf(unit.resources), ...(resources.cpus !== undefined && { cpus: resources.cpus }) },
    };
  });
  return { ...spec, units, ...(idle && { idle }) };
}

function agentEnvironment({ spec }: Template): ConfigRecord {
  const units: unknown[] = Array.isArray(spec.units) ? spec.units : [];
  const unit = units.find((one) => isConfigRecord(one) && one.name === agentUnit);
  return recordOf(isConfigRecord(unit) ? unit.env : undefined);
}

const recordOf = (value: unknown): ConfigRecord => (isConfigRecord(value) ? value : {});
