import type { AlertLanguage, AlertNotice, ChannelKind } from "@agentpod/core/alert";
import { type ChannelConfigs, channelConfigs } from "@agentpod/core/alert-channel-config";
import { alertRefusal, alertRequest } from "@agentpod/core/alert-request";
import { AppError } from "@agentpod/core/errors";
import type { OutboundGuard } from "../outbound/outbound-guard.ts";
import { sendMail } from "./send-mail.ts";

/** Tells a notice to a channel. Throws `unavailable` or `invalid` with why it was not taken, without anything secret. */
export type SendNotice = (
  channel: { kind: ChannelKind; language: AlertLanguage; config: unknown },
  notice: AlertNotice,
  now: Date,
) => Promise<void>;

const timeoutMs = 10_000;

export function noticeSender(guard: Pick<OutboundGuard, "fetch" | "addresses">): SendNotice {
  return async ({ kind, language, config }, notice, now) => {
    const parsed = channelConfigs[kind].parse(config) as ChannelConfigs[typeof kind];
    if (kind === "smtp") return sendMail(guard, parsed as ChannelConfigs["smtp"], notice, language);
    const { url, headers, body } = alertRequest(kind, parsed as never, notice, language, now);
    const answer = await guard.fetch(url, { method: "POST", headers, body, timeoutMs, maxBytes: 65_536 });
    const refusal = alertRefusal(kind, answer.status, answer.body.toString("utf8"));
    if (refusal !== null) throw new AppError("unavailable", `${new URL(url).host} did not take the notice: ${refusal}.`);
  };
}
