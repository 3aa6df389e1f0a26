import type { AgentConfigView, SetAgentConfigRequest } from "@agentpod/core/api/agent-config-view";
import { type ChannelField, channelFields } from "@agentpod/core/products/agents/channel-fields";
import { isConfigRecord } from "@agentpod/core/products/agents/config-record";
import type { FieldValues } from "../../inputs/input-values.ts";
import { inputsOf } from "../../inputs/input-values.ts";
import type { Inputs } from "../agent-packages/input-groups.ts";

/** What was changed in the forms, and nothing else. */
export interface ConfigDraft {
  inputs: FieldValues;
  /** By channel; texts as typed, by key. */
  channels: Record<string, { enabled?: boolean; values: Record<string, string> }>;
  /** The pod's own settings as JSON; undefined: left alone. */
  overrides: string | undefined;
}

export const emptyDraft: ConfigDraft = { inputs: {}, channels: {}, overrides: undefined };

export const isEmptyDraft = ({ inputs, channels, overrides }: ConfigDraft): boolean =>
  Object.keys(inputs).length === 0 && Object.keys(channels).length === 0 && overrides === undefined;

/** A value of the configuration as text of a field. */
export function fieldText(value: unknown): string {
  if (value === undefined || value === null) return "";
  return Array.isArray(value) ? value.map(String).join(", ") : String(value);
}

/** The draft as the API takes it. Throws a SyntaxError where the settings are no JSON object. */
export function changeOf(draft: ConfigDraft, view: AgentConfigView, inputs: Inputs, generation: number): SetAgentConfigRequest {
  const sent = inputsOf(inputs, draft.inputs);
  const channels = Object.fromEntries(
    Object.entries(draft.channels).map(([id, { enabled, values }]) => [
      id,
      {
        // Saying nothing would switch the channel on.
        enabled: enabled ?? view.channels.find((one) => one.id === id)?.enabled ?? false,
        ...Object.fromEntries(
          channelFields(id).flatMap((field) =>
            values[field.key] === undefined ? [] : [[field.key, settingOf(field, values[field.key] ?? "")]],
          ),
        ),
      },
    ]),
  );
  return {
    generation,
    ...(Object.keys(sent).length > 0 && { inputs: sent }),
    ...(Object.keys(channels).length > 0 && { channels }),
    ...(draft.overrides !== undefined && { config: patchOf(view.overrides, readOverrides(draft.overrides)) }),
  };
}

/** What is empty is the package's again; a number that is none goes as typed, and the API says so. */
function settingOf({ kind }: ChannelField, typed: string): unknown {
  const text = typed.trim();
  if (text === "") return null;
  if (kind === "boolean") return text === "true";
  if (kind === "number") return Number.isFinite(Number(text)) ? Number(text) : text;
  return kind === "list" ? text.split(/[\s,;]+/).filter(Boolean) : text;
}

function readOverrides(text: string): Record<string, unknown> {
  const value: unknown = JSON.parse(text.trim() === "" ? "{}" : text);
  if (!isConfigRecord(value)) throw new SyntaxError("not an object");
  return value;
}

/** What turns one object into the other, laid over it: null where something goes. */
export function patchOf(before: Record<string, unknown>, after: Record<string, unknown>): Record<string, unknown> {
  const patch: Record<string, unknown> = {};
  for (const key of Object.keys(before)) if (!Object.hasOwn(after, key)) patch[key] = null;
  for (const [key, value] of Object.entries(after)) {
    const old = before[key];
    if (isConfigRecord(value) && isConfigRecord(old)) {
      const inner = patchOf(old, value);
      if (Object.keys(inner).length > 0) patch[key] = inner;
    } else if (JSON.stringify(value) !== JSON.stringify(old)) patch[key] = value;
  }
  return patch;
}
