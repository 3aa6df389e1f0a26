import { invalidInput } from "../../draft-issues.ts";
import type { Issue } from "../../errors.ts";
import { nearest } from "../../name.ts";
import { channelCatalog, channelIds } from "./channel-catalog.ts";
import { parseOverrides } from "./complete-agent.ts";
import { type ConfigRecord, isConfigRecord } from "./config-record.ts";
import { hibernateInput } from "./hibernation-rules.ts";

/** Its keys, and the inputs of the template that hold them. */
export const modelInputs = {
  baseUrl: "llmBaseUrl",
  api: "llmApi",
  model: "llmModel",
  key: "llmKey",
  contextWindow: "llmContextWindow",
  maxTokens: "llmMaxTokens",
} as const;

/** What is to change of a pod's configuration; what is not named stays. */
export interface ConfigChange {
  /** Null for one of its keys: as the package has it. */
  llm?: Partial<Record<keyof typeof modelInputs, unknown>> | undefined;
  /** By name, keys as the channel itself calls them, secret ones too; null switches a channel off and forgets its settings. */
  channels?: Record<string, ConfigRecord | null> | undefined;
  /** Laid over what the pod has; null takes a setting of the pod's own away, so that the package's counts again. */
  config?: ConfigRecord | undefined;
  /** Null: as the package has it. */
  hibernateAfterSeconds?: number | null | undefined;
}

/** A change as inputs of the pod's template. Throws `invalid` for an unknown channel; what the values are worth is seen when the pod is drafted. */
export function configInputs(
  current: Record<string, unknown>,
  { llm, channels = {}, config, hibernateAfterSeconds }: ConfigChange,
): Record<string, unknown> {
  const inputs: Record<string, unknown> = {};
  if (hibernateAfterSeconds !== undefined) inputs[hibernateInput] = hibernateAfterSeconds;
  for (const [key, value] of Object.entries(llm ?? {})) inputs[modelInputs[key as keyof typeof modelInputs]] = value;
  // A stored secret is not forgotten by asking for its default.
  if (llm?.key === null) inputs.llmKey = "";
  const issues: Issue[] = [];
  let overrides = layOver(parseOverrides(current.config), config ?? {});
  for (const [id, settings] of Object.entries(channels)) {
    const channel = channelCatalog.find((one) => one.id === id);
    if (channel === undefined) {
      const close = nearest(id, channelIds);
      issues.push({ path: `channels.${id}`, expected: `one of ${channelIds.join(", ")}`, ...(close && { nearest: close }) });
      continue;
    }
    for (const [key, input] of Object.entries(channel.secrets)) {
      if (settings === null) inputs[input] = "";
      else if (settings[key] !== undefined) inputs[input] = settings[key] ?? "";
    }
    const open = settings && Object.fromEntries(Object.entries(settings).filter(([key]) => !Object.hasOwn(channel.secrets, key)));
    overrides = layOver(overrides, { channels: { [id]: open && { enabled: true, ...open } } });
  }
  if (issues.length > 0) throw invalidInput(issues);
  if (config !== undefined || Object.keys(channels).length > 0) inputs.config = JSON.stringify(overrides);
  return inputs;
}

/** Like a merge, but null is no value here: it takes away what was set, and objects that are left empty go too. */
function layOver(under: ConfigRecord, over: ConfigRecord): ConfigRecord {
  const laid: ConfigRecord = { ...under };
  for (const [key, value] of Object.entries(over)) {
    const below = laid[key];
    if (isConfigRecord(value)) {
      const inner = layOver(isConfigRecord(below) ? below : {}, value);
      if (Object.keys(inner).length === 0 && Object.keys(value).length > 0) delete laid[key];
      else laid[key] = inner;
    } else if (value === null) delete laid[key];
    else laid[key] = value;
  }
  return laid;
}
