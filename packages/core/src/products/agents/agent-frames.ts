import { z } from "zod";

/** What an agent's gateway says over its WebSocket, as far as a probe listens. */
export type AgentFrame =
  /** Asks who is there. */
  | { kind: "challenge"; nonce: string }
  | { kind: "answer"; id: string; ok: true; payload: unknown }
  | { kind: "answer"; id: string; ok: false; code: string; message: string }
  /** A heartbeat. */
  | { kind: "tick" }
  /** How it does, told unasked. */
  | { kind: "health"; payload: unknown }
  /** It is about to end. */
  | { kind: "shutdown" }
  | { kind: "other" };

const object = z.record(z.string(), z.unknown());
const event = z.object({ type: z.literal("event"), event: z.string(), payload: z.unknown().optional() });
const answer = z.object({
  type: z.literal("res"),
  id: z.string(),
  ok: z.boolean(),
  payload: z.unknown().optional(),
  error: z.unknown().optional(),
});
const failure = z.object({
  code: z.string().default("UNKNOWN"),
  message: z.string().default(""),
  details: z.object({ code: z.string().optional() }).nullish(),
});
const challenge = z.object({ nonce: z.string() });
const hello = z.object({ protocol: z.number(), policy: z.object({ tickIntervalMs: z.number().positive() }).partial().optional() });

/** Null for what is no frame at all. */
export function readAgentFrame(text: string): AgentFrame | null {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    return null;
  }
  const told = event.safeParse(raw).data;
  if (told !== undefined) return eventFrame(told.event, told.payload);
  const answered = answer.safeParse(raw).data;
  if (answered === undefined) return object.safeParse(raw).success ? { kind: "other" } : null;
  const { id, ok, payload } = answered;
  if (ok) return { kind: "answer", id, ok, payload };
  const { code, message, details } = failure.safeParse(answered.error).data ?? { code: "UNKNOWN", message: "" };
  return { kind: "answer", id, ok, code: details?.code ?? code, message };
}

function eventFrame(name: string, payload: unknown): AgentFrame {
  if (name === "tick") return { kind: "tick" };
  if (name === "health") return { kind: "health", payload };
  if (name === "shutdown") return { kind: "shutdown" };
  const asked = name === "connect.challenge" ? challenge.safeParse(payload).data : undefined;
  return asked === undefined ? { kind: "other" } : { kind: "challenge", nonce: asked.nonce };
}

/** The version of the protocol that is spoken. */
const protocol = 4;

/** Without a device's identity: the token alone gives the right to ask for health, and no other. */
export function connectFrame(id: string, token: string): string {
  const client = { id: "gateway-client", version: "1.0.0", platform: "linux", mode: "backend" };
  const params = { minProtocol: protocol, maxProtocol: protocol, client, role: "operator", scopes: [], caps: [], auth: { token } };
  return JSON.stringify({ type: "req", id, method: "connect", params });
}

/** `reaches`: the agent asks its messengers, instead of what it believes of them. */
export function healthFrame(id: string, reaches: boolean): string {
  return JSON.stringify({ type: "req", id, method: "health", params: reaches ? { probe: true } : {} });
}

/** Milliseconds between heartbeats, as the answer to `connect` says; null when it is no such answer. */
export function heartbeatOf(payload: unknown): number | null {
  const said = hello.safeParse(payload).data;
  return said === undefined ? null : (said.policy?.tickIntervalMs ?? 30_000);
}

/** Why a connection was refused for good until something is changed; null: it may be tried again soon. */
export function refusalOf(code: string): string | null {
  if (/^AUTH_(TOKEN|PASSWORD|UNAUTHORIZED)|^AUTH_REQUIRED$|^UNAUTHORIZED$/.test(code))
    return "its gateway refuses the token that AgentPod keeps";
  if (code === "AUTH_RATE_LIMITED") return "its gateway lets nobody in for some minutes, after too many wrong tokens";
  if (/PROTOCOL/.test(code)) return "its gateway speaks another version of the protocol";
  return null;
}
