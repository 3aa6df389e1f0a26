/** One setting of a channel that people set by a form. */
export interface ChannelField {
  /** As the channel itself calls it. */
  key: string;
  kind: "text" | "number" | "boolean" | "choice" | "list";
  /** Of a choice. */
  choices: readonly string[];
}

const text = (key: string): ChannelField => ({ key, kind: "text", choices: [] });
const number = (key: string): ChannelField => ({ key, kind: "number", choices: [] });
const boolean = (key: string): ChannelField => ({ key, kind: "boolean", choices: [] });
const list = (key: string): ChannelField => ({ key, kind: "list", choices: [] });
const choice = (key: string, choices: readonly string[]): ChannelField => ({ key, kind: "choice", choices });

const who = [
  choice("dmPolicy", ["pairing", "allowlist", "open", "disabled"]),
  list("allowFrom"),
  choice("groupPolicy", ["open", "disabled", "allowlist"]),
];
const how = [text("responsePrefix"), choice("replyToMode", ["off", "first", "all", "batched"]), number("historyLimit")];
const size = [number("textChunkLimit"), number("mediaMaxMb")];

/** By channel; a channel has more settings than these, which are set in its configuration as JSON. */
const fields: Readonly<Record<string, readonly ChannelField[]>> = {
  telegram: [...who, list("groupAllowFrom"), ...how, ...size, boolean("linkPreview"), text("proxy"), text("apiRoot")],
  discord: [text("applicationId"), ...who, ...how, ...size, text("proxy")],
  slack: [choice("mode", ["socket", "http", "relay"]), ...who, boolean("requireMention"), ...how, ...size],
  whatsapp: [...who, list("groupAllowFrom"), boolean("selfChatMode"), boolean("sendReadReceipts"), ...how, ...size],
  feishu: [
    text("appId"),
    choice("domain", ["feishu", "lark"]),
    choice("connectionMode", ["websocket", "webhook"]),
    ...who,
    list("groupAllowFrom"),
    boolean("requireMention"),
    ...how,
    ...size,
  ],
};

/** The settings of a channel that have a field; none for a channel that is not known. */
export const channelFields = (channel: string): readonly ChannelField[] => (Object.hasOwn(fields, channel) ? (fields[channel] ?? []) : []);

/** Whether a package lets a customer set what lies at this way. */
export function mayOverride(allow: readonly string[], way: readonly string[]): boolean {
  return allow.some((path) => {
    const pattern = path.split(".");
    return pattern.length <= way.length && pattern.every((part, i) => part === "*" || part === way[i]);
  });
}
