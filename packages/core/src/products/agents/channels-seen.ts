import { z } from "zod";
import type { ChannelSight } from "../../channel-health.ts";

const account = z
  .object({
    enabled: z.boolean(),
    configured: z.boolean(),
    linked: z.boolean(),
    running: z.boolean(),
    connected: z.boolean(),
    lifecycle: z.string(),
    healthState: z.string(),
    terminalDisconnect: z.boolean(),
    lastError: z.string().nullable(),
    probe: z.object({ ok: z.boolean(), error: z.string().nullish(), status: z.number().nullish() }).partial(),
  })
  .partial()
  .catch({});

const health = z.object({
  channels: z.record(z.string(), z.object({ accounts: z.record(z.string(), z.unknown()).optional() }).loose()),
  channelLabels: z.record(z.string(), z.string()).optional(),
});

type Account = z.infer<typeof account>;

/** Words of the agent for what is as it should be, or soon will be. */
const calm = new Set(["healthy", "busy", "unmanaged", "startup-connect-grace", "reconnect-grace"]);
/** A sentence, not somebody's stack trace. */
const longest = 160;

/** The channels in an agent's answer to `health`; null when it is no such answer. */
export function channelsIn(payload: unknown): ChannelSight[] | null {
  const said = health.safeParse(payload).data;
  if (said === undefined) return null;
  return Object.entries(said.channels).flatMap(([channel, summary]) => {
    const label = said.channelLabels?.[channel] ?? channel;
    const accounts = summary.accounts ?? {};
    const entries = Object.keys(accounts).length === 0 ? [["default", summary] as const] : Object.entries(accounts);
    return entries.map(([name, raw]) => ({ channel, label, account: name, ...sightOf(account.parse(raw)) }));
  });
}

function sightOf(one: Account): Pick<ChannelSight, "state" | "message"> {
  if (one.enabled === false) return { state: "off", message: "switched off" };
  if (one.configured === false) return { state: "off", message: "not set up" };
  if (one.linked === false) return { state: "unlinked", message: "not linked to a device" };
  const isRefused = one.terminalDisconnect === true || one.lifecycle === "blocked" || one.probe?.ok === false;
  const isBad = one.healthState !== undefined && !calm.has(one.healthState);
  if (isRefused || (isBad && one.lifecycle !== "starting")) return { state: "lost", message: reasonOf(one) };
  const isUp = one.connected ?? (one.running === true && one.lifecycle !== "starting" && one.lifecycle !== "recovering");
  return isUp ? { state: "ok", message: "" } : { state: "starting", message: one.lastError ? reasonOf(one) : "connecting" };
}

/** Why a channel does not work, in words where they are known, else in those of the agent. */
function reasonOf({ lastError, probe, healthState }: Account): string {
  const said = [lastError, probe?.error].filter(Boolean).join(" ");
  if (probe?.status === 401 || /\b401\b|unauthori[sz]ed|token (is |was )?(invalid|revoked|expired)|invalid (bot )?token/i.test(said))
    return "token refused";
  if (/logged ?out|session (was )?(ended|closed|expired)/i.test(said)) return "session ended; link it again";
  if (/ENOTFOUND|EAI_AGAIN|ECONN|ETIMEDOUT|EHOSTUNREACH|fetch failed|network|timed? ?out|socket/i.test(said)) return "cannot be reached";
  if (said !== "") return withoutKeys(said).slice(0, longest);
  return healthState === "stale-socket" ? "silent for half an hour" : "disconnected";
}

/** Errors of messengers like to hold the address that was asked, with the key in it. */
function withoutKeys(text: string): string {
  return text.replace(/\bbot\d+:[\w-]+/g, "bot…").replace(/\b[\w-]*\d[\w-]{20,}\b/g, "…");
}
