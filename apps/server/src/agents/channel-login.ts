import type { ChannelLoginView } from "@agentpod/core/api/channel-login-view";
import { AppError } from "@agentpod/core/errors";
import {
  channelStatusRequest,
  isLinked,
  type LoginWord,
  loginStartRequest,
  loginWaitRequest,
  readLogin,
} from "@agentpod/core/products/agents/channel-login";
import { redactor } from "@agentpod/core/redact";
import type { Runtime } from "@agentpod/core/runtime";
import { keyedTurns } from "@agentpod/host/keyed-turns";
import { z } from "zod";
import { tryAgentAdmin } from "./ask-agent-admin.ts";
import type { LoginTarget } from "./login-target.ts";

const rpcPath = "/api/v1/admin/rpc";
const answered = z.object({ ok: z.literal(true), payload: z.unknown() });
const refused = z.object({ ok: z.literal(false), error: z.object({ message: z.string().default("") }) });

/** How long an agent may try for a first code, and how long it waits for news at a time (milliseconds). */
const startMs = 25_000;
const waitMs = 20_000;
/** What it may take beyond that: it ends an older link first, say. */
const graceMs = 25_000;

const turns = keyedTurns();

type Dials = Pick<Runtime, "dial">;

/**
 * Begins to link a channel, or joins what is begun: of several who begin at once each gets the same code, for one after the other
 * asks. Throws `unavailable`, with why, where there is neither a code nor a link.
 */
export async function startLogin(runtime: Dials, target: LoginTarget, force: boolean): Promise<ChannelLoginView> {
  const body = loginStartRequest(whose(target), force, startMs);
  const word = await turns(JSON.stringify([target.pod.id, target.channel.id, target.account]), async () =>
    readWord(target, await rpc(runtime, target, body, startMs + graceMs)),
  );
  if (word.kind === "over") throw new AppError("unavailable", word.message);
  return viewOf(word, target);
}

/** Waits some seconds for the login's end, or for another code than the one that is shown. Who hangs up ends the wait alone. */
export async function waitForLogin(
  runtime: Dials,
  target: LoginTarget,
  qr: string | undefined,
  signal: AbortSignal,
): Promise<ChannelLoginView> {
  try {
    const word = readWord(target, await rpc(runtime, target, loginWaitRequest(whose(target), qr, waitMs), waitMs + graceMs, signal));
    if (word.kind !== "over") return viewOf(word, target);
    // Of several who wait, the first to hear that it is done ends the login for the others.
    const status = await rpc(runtime, target, channelStatusRequest(target.channel.id), graceMs, signal);
    return viewOf(isLinked(status, whose(target)) ? { kind: "linked", who: "" } : word, target);
  } catch (error) {
    if (!signal.aborted) throw error;
    return viewOf({ kind: "waiting" }, target);
  }
}

const whose = ({ channel, account }: LoginTarget) => ({ channel: channel.id, account });

/** The payload of its answer. Throws `unavailable` in its words where it refuses; they hold no secret of the pod. */
async function rpc(runtime: Dials, target: LoginTarget, body: object, limitMs: number, signal?: AbortSignal): Promise<unknown> {
  const { unit, port, token, secrets, channel } = target;
  const asked = { dial: () => runtime.dial(unit, port), path: rpcPath, token, body, limitMs, ...(signal && { signal }) };
  const { status, answer } = await tryAgentAdmin(asked);
  const given = answered.safeParse(answer).data;
  if (given !== undefined && status === 200) return given.payload;
  const message = refused.safeParse(answer).data?.error.message ?? "";
  if (/provider is not available|not supported/i.test(message))
    throw new AppError("unavailable", `the agent has no ${channel.title} yet: wait until its configuration is in place, then try again`);
  const said = message === "" ? `it answered ${status}` : redactor(secrets)(message).slice(0, 200);
  throw new AppError("unavailable", `the agent could not link ${channel.title}: ${said}`);
}

function readWord({ channel, secrets }: LoginTarget, payload: unknown): LoginWord {
  const word = readLogin(payload, channel.title);
  if (word === null) throw new AppError("unavailable", `the agent gave no code for ${channel.title} that can be shown; look at its log`);
  return word.kind === "over" ? { ...word, message: redactor(secrets)(word.message) } : word;
}

function viewOf(word: LoginWord, { channel }: LoginTarget): ChannelLoginView {
  return {
    state: word.kind,
    qr: word.kind === "code" ? word.qr : null,
    message: wordsOf(word, channel),
    lastsSeconds: channel.login.seconds,
  };
}

function wordsOf(word: LoginWord, { title, login }: LoginTarget["channel"]): string {
  if (word.kind === "over") return word.message;
  if (word.kind === "waiting") return "the code was not read yet";
  if (word.kind === "linked") return word.who === "" ? `${title} is linked` : `${title} is linked as ${word.who}`;
  return `open ${title} on the phone, choose ${login.menu}, and point it at the code`;
}
