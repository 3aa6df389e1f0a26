import type { SetAgentConfigRequest } from "@agentpod/core/api/agent-config-view";
import { AppError } from "@agentpod/core/errors";
import { parse } from "yaml";
import { readData } from "./read-data.ts";
import { readText } from "./read-text.ts";

export interface AgentChangeOptions {
  model?: string;
  baseUrl?: string;
  api?: string;
  key?: string;
  secret?: string[];
  set?: string[];
  unset?: string[];
  from?: string;
  hibernateAfter?: number;
}

type Settings = Record<string, unknown>;

/** What the options of `pod config set` ask for; single ones count before the file. Throws `invalid` when they ask for nothing. */
export async function readAgentChange(options: AgentChangeOptions): Promise<SetAgentConfigRequest> {
  const { model, baseUrl, api, key, secret = [], set = [], unset = [], from, hibernateAfter } = options;
  const file = from === undefined ? {} : await readSettings(from);
  const llm = {
    ...(model !== undefined && { model }),
    ...(baseUrl !== undefined && { baseUrl }),
    ...(api !== undefined && { api }),
    ...(key !== undefined && { key: await secretIn(key) }),
  };
  const channels: NonNullable<SetAgentConfigRequest["channels"]> = { ...file.channels };
  for (const pair of secret) {
    const [way, path] = split(pair, "--secret", "channel.key=file");
    const [channel = "", name = ""] = way.split(".");
    if (name === "") throw new AppError("invalid", `--secret ${way.slice(0, 40)}: write channel.key=file`);
    channels[channel] = { ...channels[channel], [name]: await secretIn(path) };
  }
  const config: Settings = { ...file.config };
  for (const pair of set) {
    const [way, value] = split(pair, "--set", "path=value");
    place(config, way, parse(value));
  }
  for (const way of unset) place(config, way, null);
  const change: SetAgentConfigRequest = {
    ...file,
    ...(Object.keys(llm).length > 0 && { llm: { ...file.llm, ...llm } }),
    ...(Object.keys(channels).length > 0 && { channels }),
    ...(Object.keys(config).length > 0 && { config }),
    ...(hibernateAfter !== undefined && { hibernateAfterSeconds: hibernateAfter }),
  };
  if (Object.keys(change).length === 0)
    throw new AppError("invalid", "say what to change: --model, --secret, --set, --unset, --hibernate-after or --from");
  return change;
}

async function readSettings(path: string): Promise<SetAgentConfigRequest> {
  const settings = await readData(path);
  if (settings === null || typeof settings !== "object" || Array.isArray(settings))
    throw new AppError("invalid", `${path} must hold llm, channels or config`);
  return settings;
}

async function secretIn(path: string): Promise<string> {
  return (await readText(path)).replace(/\r?\n$/, "");
}

function split(pair: string, option: string, form: string): [string, string] {
  const at = pair.indexOf("=");
  if (at < 1) throw new AppError("invalid", `${option} ${pair.slice(0, 40)}: write ${form}`);
  return [pair.slice(0, at), pair.slice(at + 1)];
}

function place(config: Settings, way: string, value: unknown): void {
  const keys = way.split(".");
  const last = keys.pop() ?? "";
  let at = config;
  for (const key of keys) {
    const inner = at[key];
    const next = inner !== null && typeof inner === "object" ? (inner as Settings) : {};
    at[key] = next;
    at = next;
  }
  at[last] = value;
}
