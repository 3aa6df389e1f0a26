import { z } from "zod";
import type { ChannelKind } from "./alert.ts";

const url = z.url({ protocol: /^https?$/, error: "an address that begins with https:// or http://" }).max(2000);
const line = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^[^\r\n]+$/, "one line");
const secret = line(500);
const address = z.email().max(254);

/** What each kind of channel is given. Kept encrypted, and never shown again. */
export const channelConfigs = {
  /** Signed with the secret; without one the receiver cannot know who asks. */
  webhook: z.strictObject({ url, secret: secret.min(16, "16 characters or more").optional() }),
  smtp: z.strictObject({
    host: line(253),
    port: z.int().min(1).max(65_535),
    /** `tls` from the first byte (465), `starttls` or nothing (587): then no password is sent. */
    security: z.enum(["tls", "starttls", "none"]).default("starttls"),
    user: line(320).optional(),
    password: secret.optional(),
    from: address,
    to: z.array(address).min(1).max(50),
  }),
  slack: z.strictObject({ url }),
  discord: z.strictObject({ url }),
  telegram: z.strictObject({
    token: line(200).regex(/^[A-Za-z0-9:_-]+$/, "a bot's token"),
    chat: line(200),
    /** Of a server that speaks Telegram's API. */
    url: url.default("https://api.telegram.org"),
  }),
  dingtalk: z.strictObject({ url, secret: secret.optional() }),
  feishu: z.strictObject({ url, secret: secret.optional() }),
} as const satisfies Record<ChannelKind, z.ZodType>;

export type ChannelConfigs = { [K in ChannelKind]: z.output<(typeof channelConfigs)[K]> };

/** For people: where it leads, without path, query or password, which may be secret. */
export function channelTarget<K extends ChannelKind>(kind: K, config: ChannelConfigs[K]): string {
  if (kind === "smtp") return (config as ChannelConfigs["smtp"]).to.join(", ");
  return new URL((config as { url: string }).url).host;
}
