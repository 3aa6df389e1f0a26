import type { Duplex } from "node:stream";
import { connectFrame, healthFrame, heartbeatOf, readAgentFrame, refusalOf } from "@agentpod/core/products/agents/agent-frames";
import { WebSocket } from "ws";
import { within } from "../reconciler/probe-unit.ts";

/** An open connection to an agent's gateway, on which it tells how it does. */
export interface AgentLink {
  /** Resolves with the pong. */
  ping(signal: AbortSignal): Promise<void>;
  /** Its word on its health, asked for; `reaches`: it asks its messengers first. */
  health(reaches: boolean, signal: AbortSignal): Promise<unknown>;
  /** Milliseconds by which its next heartbeat is late; 0: it is not. */
  lateMs(): number;
  close(): void;
}

/** Trying again at once would only be refused again, and after a few times for minutes. */
export class AgentRefusal extends Error {
  readonly waitMs: number;

  constructor(message: string, waitMs: number) {
    super(message);
    this.waitMs = waitMs;
  }
}

/** It was refused for what it says, or does not say, of the client behind it. */
export class ProxyRefusal extends Error {}

export interface LinkOptions {
  socket: Duplex;
  token: string;
  headers: Record<string, string>;
  signal: AbortSignal;
  /** Health that it tells unasked. */
  told(payload: unknown): void;
  /** The connection has ended, by whomever. */
  ended(): void;
}

const closed = (): Error => new Error("its gateway closed the connection");
const largestFrame = 8 * 1024 * 1024;
const refusedMs = 60_000;
/** As long as an agent shuts an address out. */
const lockedMs = 300_000;

/** Handshake and introduction over a fresh connection, which is the link's from now on. Throws AgentRefusal, ProxyRefusal, or what went wrong. */
export async function openAgentLink({ socket, token, headers, signal, told, ended }: LinkOptions): Promise<AgentLink> {
  const client = new WebSocket("ws://localhost/", {
    createConnection: () => socket as never,
    perMessageDeflate: false,
    maxPayload: largestFrame,
    headers,
  });
  const waiting = new Map<string, { resolve(payload: unknown): void; reject(error: Error): void }>();
  let asked = 0;
  let heartbeatMs = Number.POSITIVE_INFINITY;
  let heardAt = performance.now();
  const ask = (frame: (id: string) => string, until: AbortSignal): Promise<unknown> =>
    within(until, (resolve, reject) => {
      const id = String(++asked);
      waiting.set(id, { resolve, reject });
      client.send(frame(id));
    });
  const fail = (error: Error): void => {
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  client.on("pong", () => {
    for (const [id, { resolve }] of waiting) {
      if (!id.startsWith("ping")) continue;
      waiting.delete(id);
      resolve(null);
    }
  });
  client.on("error", fail);
  client.on("close", () => {
    fail(closed());
    ended();
  });

  const challenged = within<void>(signal, (resolve, reject) => {
    waiting.set("challenge", { resolve: () => resolve(), reject });
  });
  client.on("unexpected-response", (_request, response) => {
    response.resume();
    client.terminate();
    fail(refusedHandshake(response.statusCode ?? 0, Number(response.headers["retry-after"])));
  });
  client.on("message", (data) => {
    const frame = readAgentFrame(String(data));
    switch (frame?.kind) {
      case "tick":
        heardAt = performance.now();
        return;
      case "health":
        return told(frame.payload);
      case "challenge":
        return waiting.get("challenge")?.resolve(null);
      case "answer": {
        const asker = waiting.get(frame.id);
        waiting.delete(frame.id);
        if (frame.ok) asker?.resolve(frame.payload);
        else asker?.reject(refusedRequest(frame.code));
      }
    }
  });
  try {
    await challenged;
    waiting.delete("challenge");
    const every = heartbeatOf(await ask((id) => connectFrame(id, token), signal));
    if (every === null) throw new Error("what answers is not the gateway of an agent");
    heartbeatMs = every;
    heardAt = performance.now();
  } catch (error) {
    client.terminate();
    throw error;
  }
  return {
    async ping(until) {
      await within<void>(until, (resolve, reject) => {
        if (client.readyState !== WebSocket.OPEN) return reject(closed());
        waiting.set(`ping${++asked}`, { resolve: () => resolve(), reject });
        client.ping();
      });
    },
    health: (reaches, until) => ask((id) => healthFrame(id, reaches), until),
    lateMs: () => Math.max(0, performance.now() - heardAt - 2 * heartbeatMs),
    close: () => client.terminate(),
  };
}

function refusedRequest(code: string): Error {
  const why = refusalOf(code);
  return why === null
    ? new Error(`its gateway refused the connection: ${code}`)
    : new AgentRefusal(why, code === "AUTH_RATE_LIMITED" ? lockedMs : refusedMs);
}

function refusedHandshake(status: number, retrySeconds: number): Error {
  if (status === 403) return new ProxyRefusal("its gateway does not take AgentPod for its proxy");
  if (status !== 429) return new Error(`its gateway answered ${status} to the WebSocket handshake`);
  return new AgentRefusal(
    "its gateway lets nobody in for some minutes, after too many wrong tokens",
    retrySeconds > 0 ? retrySeconds * 1000 : lockedMs,
  );
}
