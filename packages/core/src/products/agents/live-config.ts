import { enabledChannels } from "./channel-catalog.ts";
import { type ConfigRecord, isConfigRecord, mergeConfig } from "./config-record.ts";

/**
 * What OpenClaw takes while it runs, of what a pod or a package may set: it reloads these itself, and restarts a channel at most
 * (its own `config-reload-plan`, the same in every version that we know). What is not here makes a new instance.
 */
const liveParts = [
  "accessGroups",
  "agents",
  "audio",
  "bindings",
  "broadcast",
  "commands",
  "cron",
  "hooks",
  "messages",
  "models",
  "session",
  "skills",
  "talk",
  "tools",
  "tts",
  "ui",
];

/** Parts of which but some may be taken while it runs. */
const fixedWithin: Record<string, string[]> = { mcp: ["apps"] };

/** A configuration as what only a new instance takes and what a running one takes too; together they are the whole. */
export function splitConfig(config: ConfigRecord): { fixed: ConfigRecord; live: ConfigRecord } {
  // A channel that is off has no plugin loaded which could tell what its settings mean.
  const loaded = enabledChannels(config).map(({ id }) => id);
  const fixed: ConfigRecord = {};
  const live: ConfigRecord = {};
  for (const [key, value] of Object.entries(config)) {
    const isWithin = (inner: string): boolean =>
      key === "channels" ? inner === "defaults" || loaded.includes(inner) : !fixedWithin[key]?.includes(inner);
    if (liveParts.includes(key)) live[key] = value;
    else if ((key === "channels" || Object.hasOwn(fixedWithin, key)) && isConfigRecord(value)) {
      const [mine, others] = [
        Object.entries(value).filter(([inner]) => isWithin(inner)),
        Object.entries(value).filter(([inner]) => !isWithin(inner)),
      ];
      if (mine.length > 0 || others.length === 0) live[key] = Object.fromEntries(mine);
      if (others.length > 0) fixed[key] = Object.fromEntries(others);
    } else fixed[key] = value;
  }
  return { fixed, live };
}

/** The configuration that an agent's unit holds; empty for one that was made by hand, of which nothing is known. */
export function wholeConfig({ AGENT_CONFIG = "{}", AGENT_LIVE = "{}" }: Record<string, string>): ConfigRecord {
  return mergeConfig(recordIn(AGENT_CONFIG), recordIn(AGENT_LIVE));
}

function recordIn(text: string): ConfigRecord {
  try {
    const record: unknown = JSON.parse(text);
    return isConfigRecord(record) ? record : {};
  } catch {
    return {};
  }
}
