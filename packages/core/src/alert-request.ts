import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { AlertLanguage, AlertNotice, ChannelKind } from "./alert.ts";
import type { ChannelConfigs } from "./alert-channel-config.ts";
import { alertText } from "./alert-text.ts";

export interface AlertRequest {
  url: string;
  headers: Record<string, string>;
  body: string;
}

type WebKind = Exclude<ChannelKind, "smtp">;

/** The POST that tells a notice to a channel. */
export function alertRequest<K extends WebKind>(
  kind: K,
  config: ChannelConfigs[K],
  notice: AlertNotice,
  language: AlertLanguage,
  now: Date,
): AlertRequest {
  const { text } = alertText(notice, language);
  return (build[kind] as (config: ChannelConfigs[K], given: Given) => AlertRequest)(config, { notice, text, now });
}

interface Given {
  notice: AlertNotice;
  text: string;
  now: Date;
}

const build: { [K in WebKind]: (config: ChannelConfigs[K], given: Given) => AlertRequest } = {
  webhook: ({ url, secret }, { notice, text, now }) => {
    const body = JSON.stringify({ type: `agentpod.alert.${notice.phase}`, ...notice, text });
    const timestamp = String(Math.floor(now.getTime() / 1000));
    const signed = secret === undefined ? {} : { "agentpod-signature": webhookSignature(secret, timestamp, body) };
    return { url, body, headers: { ...json, "agentpod-delivery": notice.delivery, "agentpod-timestamp": timestamp, ...signed } };
  },
  slack: ({ url }, { text }) => post(url, { text: text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;") }),
  discord: ({ url }, { text }) => post(url, { content: text, allowed_mentions: { parse: [] } }),
  telegram: ({ url, token, chat }, { text }) =>
    post(`${url.replace(/\/+$/, "")}/bot${token}/sendMessage`, { chat_id: chat, text, link_preview_options: { is_disabled: true } }),
  dingtalk: ({ url, secret }, { text, now }) => {
    const to = new URL(url);
    if (secret !== undefined) {
      const timestamp = String(now.getTime());
      to.searchParams.set("timestamp", timestamp);
      to.searchParams.set("sign", base64(hmac(sha256, utf8ToBytes(secret), utf8ToBytes(`${timestamp}\n${secret}`))));
    }
    return post(to.href, { msgtype: "text", text: { content: text } });
  },
  feishu: ({ url, secret }, { text, now }) => {
    const timestamp = String(Math.floor(now.getTime() / 1000));
    // Feishu's key is what others would sign, and nothing is signed with it.
    const sign =
      secret === undefined ? {} : { timestamp, sign: base64(hmac(sha256, utf8ToBytes(`${timestamp}\n${secret}`), new Uint8Array())) };
    // A tag such as <at user_id="all"> would call everybody.
    return post(url, { ...sign, msg_type: "text", content: { text: text.replaceAll("<", "‹").replaceAll(">", "›") } });
  },
};

/** `v1=` and HMAC-SHA256, in hex, over timestamp, a full stop and the body as it is sent. Receivers compute the same, compare in constant time, and refuse old timestamps. */
export function webhookSignature(secret: string, timestamp: string, body: string): string {
  return `v1=${bytesToHex(hmac(sha256, utf8ToBytes(secret), utf8ToBytes(`${timestamp}.${body}`)))}`;
}

/** Null where an answer says that the notice was taken; else what it says. Some services say no with status 200. */
export function alertRefusal(kind: WebKind, status: number, body: string): string | null {
  if (status < 200 || status > 299) return `it answered ${status}`;
  if (kind !== "telegram" && kind !== "dingtalk" && kind !== "feishu") return null;
  const said = parsed(body);
  const code =
    kind === "telegram" ? (said.ok === true ? 0 : said.error_code) : kind === "dingtalk" ? said.errcode : (said.code ?? said.StatusCode);
  return code === 0 ? null : `it answered with code ${typeof code === "number" ? code : "none"}`;
}

function parsed(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

const json = { "content-type": "application/json; charset=utf-8" };
const post = (url: string, body: object): AlertRequest => ({ url, headers: json, body: JSON.stringify(body) });
const base64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));
