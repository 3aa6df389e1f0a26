import type { Issue } from "../../errors.ts";
import { nearest } from "../../name.ts";
import { type ConfigRecord, isConfigRecord } from "./config-record.ts";
import { environmentName, referenceTo } from "./environment-name.ts";

/**
 * How messages come to an agent: it asks for them, keeps a connection open, is called at its page's address, or is called at
 * another port of its own.
 */
export type ChannelReach = "polling" | "socket" | "webhook" | "port";

/** How a channel is linked to somebody's own account, by a code which the app on their phone reads. */
export interface ChannelLogin {
  /** Where that app has it, by its English name. */
  menu: string;
  /** As long as the agent keeps one login open. */
  seconds: number;
}

/** A way by which people reach an agent. */
export interface AgentChannel {
  /** Its key below `channels`. */
  id: string;
  title: string;
  /** npm package of its plugin; null: part of OpenClaw itself. */
  pack: string | null;
  /** Keys of its configuration that are secret, with the input that holds each. */
  secrets: Record<string, string>;
  /** Null: nothing but its secrets is needed. */
  login: ChannelLogin | null;
  /** False: there is no server here to test against; it follows the documentation. */
  verified: boolean;
  /** With these settings of it, or of one of its accounts. */
  reach(settings: ConfigRecord): ChannelReach;
}

const socket = (): ChannelReach => "socket";

export const channelCatalog: readonly AgentChannel[] = [
  {
    id: "telegram",
    title: "Telegram",
    pack: null,
    secrets: { botToken: "telegramBotToken" },
    login: null,
    verified: true,
    reach: ({ webhookUrl }) => (typeof webhookUrl === "string" && webhookUrl !== "" ? "port" : "polling"),
  },
  {
    id: "discord",
    title: "Discord",
    pack: "@openclaw/discord",
    secrets: { token: "discordToken" },
    login: null,
    verified: false,
    reach: socket,
  },
  {
    id: "slack",
    title: "Slack",
    pack: "@openclaw/slack",
    secrets: { botToken: "slackBotToken", appToken: "slackAppToken" },
    login: null,
    verified: false,
    reach: ({ mode }) => (mode === "http" ? "webhook" : "socket"),
  },
  {
    id: "whatsapp",
    title: "WhatsApp",
    pack: "@openclaw/whatsapp",
    secrets: {},
    login: { menu: "Linked devices", seconds: 180 },
    verified: false,
    reach: socket,
  },
  {
    id: "feishu",
    title: "Feishu",
    pack: "@openclaw/feishu",
    secrets: { appSecret: "feishuAppSecret" },
    login: null,
    verified: false,
    reach: ({ connectionMode }) => (connectionMode === "webhook" ? "port" : "socket"),
  },
];

export const channelIds = channelCatalog.map((channel) => channel.id);

/** Those of the catalog with these names; a name that is not in it is left out. */
export function channelsOf(ids: readonly string[]): AgentChannel[] {
  return channelCatalog.filter((channel) => ids.includes(channel.id));
}

/** Inputs that hold a channel's secret: each value is of use to one agent alone. */
export const channelSecretInputs: ReadonlySet<string> = new Set(channelCatalog.flatMap(({ secrets }) => Object.values(secrets)));

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
