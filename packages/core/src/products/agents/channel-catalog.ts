import type { Issue } from "../../errors.ts";
import { nearest } from "../../name.ts";
import { type ConfigRecord, isConfigRecord } from "./config-record.ts";
import { environmentName, referenceTo } from "./environment-name.ts";

/** A way by which people reach an agent. */
export interface AgentChannel {
  /** Its key below `channels`. */
  id: string;
  title: string;
  /** npm package of its plugin; null: part of OpenClaw itself. */
  pack: string | null;
  /** Keys of its configuration that are secret, with the input that holds each. */
  secrets: Record<string, string>;
  /** False: there is no server here to test against; it follows the documentation. */
  verified: boolean;
}

export const channelCatalog: readonly AgentChannel[] = [
  { id: "telegram", title: "Telegram", pack: null, secrets: { botToken: "telegramBotToken" }, verified: true },
  { id: "discord", title: "Discord", pack: "@openclaw/discord", secrets: { token: "discordToken" }, verified: false },
  {
    id: "slack",
    title: "Slack",
    pack: "@openclaw/slack",
    secrets: { botToken: "slackBotToken", appToken: "slackAppToken" },
    verified: false,
  },
  { id: "whatsapp", title: "WhatsApp", pack: "@openclaw/whatsapp", secrets: {}, verified: false },
  { id: "feishu", title: "Feishu", pack: "@openclaw/feishu", secrets: { appSecret: "feishuAppSecret" }, verified: false },
];

export const channelIds = channelCatalog.map((channel) => channel.id);

/** Those of the catalog with these names; a name that is not in it is left out. */
export function channelsOf(ids: readonly string[]): AgentChannel[] {
  return channelCatalog.filter((channel) => ids.includes(channel.id));
}

/** Channels that a configuration switches on: those with a part of their own that does not say `enabled: false`. */
export function enabledChannels(config: ConfigRecord): AgentChannel[] {
  const parts = isConfigRecord(config.channels) ? config.channels : {};
  return channelCatalog.filter(({ id }) => isConfigRecord(parts[id]) && (parts[id] as ConfigRecord).enabled !== false);
}

/** The configuration with references to the secrets of its channels, where it does not say itself where they come from. */
export function withChannelSecrets(config: ConfigRecord): ConfigRecord {
  if (!isConfigRecord(config.channels)) return config;
  const parts = { ...config.channels };
  for (const { id, secrets } of enabledChannels(config)) {
    const references = Object.entries(secrets).map(([key, input]) => [key, referenceTo(environmentName(input))]);
    parts[id] = { ...Object.fromEntries(references), ...(parts[id] as ConfigRecord) };
  }
  return { ...config, channels: parts };
}

/** Channels that the image of a package does not hold. */
export function foreignChannelIssues(config: ConfigRecord, held: readonly string[], at: string): Issue[] {
  const parts = isConfigRecord(config.channels) ? Object.keys(config.channels) : [];
  return parts
    .filter((id) => !["defaults", "modelByChannel", ...held].includes(id))
    .map((id) => {
      const close = nearest(id, held);
      const expected = held.length === 0 ? "no channel: the package has none" : `a channel of the package: ${held.join(", ")}`;
      return { path: `${at}.channels.${id}`, expected, ...(close && { nearest: close }) };
    });
}
