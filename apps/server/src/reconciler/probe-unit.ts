import type { Duplex } from "node:stream";
import type { ProbeSpec } from "@agentpod/core/pod-spec";
import type { ProbeTarget } from "@agentpod/core/probe-health";
import type { Runtime } from "@agentpod/core/runtime";
import { WebSocket } from "ws";
import { askStatus } from "./ask-status.ts";

/** Asks a run once; null when it is well, else a sentence. Never throws. */
export async function probeUnit(runtime: Runtime, target: ProbeTarget, signal: AbortSignal): Promise<string | null> {
  const { probe } = target;
  // By hand: joined signals cost as much as all the rest of a probe.
  const limit = new AbortController();
  const end = (): void => limit.abort();
  const timer = setTimeout(end, probe.timeoutSeconds * 1000);
  signal.addEventListener("abort", end);
  try {
    return await ask(runtime, target, probe, limit.signal);
  } catch (error) {
    if (limit.signal.aborted && !signal.aborted) return `no answer to the ${probe.kind} probe within ${probe.timeoutSeconds} s`;
    return `${probe.kind} probe: ${error instanceof Error ? error.message : String(error)}`;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", end);
  }
}

async function ask(runtime: Runtime, { id }: ProbeTarget, probe: ProbeSpec, signal: AbortSignal): Promise<string | null> {
  if (probe.kind === "exec") return askExec(await runtime.exec(id, { argv: probe.command, tty: null, env: {}, workdir: null }), signal);
  const socket = await runtime.dial(id, probe.port);
  try {
    if (probe.kind === "http") return await askHttp(socket, probe, signal);
    if (probe.kind === "websocket") return await askWebSocket(socket, probe.path, signal);
    return await staysOpen(socket, signal);
  } finally {
    socket.destroy();
  }
}

const proxyMs = 50;

/** An engine's proxy accepts before the unit listens, and then hangs up at once: that is not listening. */
function staysOpen(socket: Duplex, signal: AbortSignal): Promise<string | null> {
  return within(signal, (resolve) => {
    const timer = setTimeout(() => resolve(null), proxyMs);
    const closed = (): void => {
      clearTimeout(timer);
      resolve("the connection was closed at once");
    };
    socket.once("data", () => {
      clearTimeout(timer);
      resolve(null);
    });
    socket.once("end", closed).once("error", closed).once("close", closed);
  });
}

/** Resolves or rejects with `work`, rejects when the signal aborts first. */
function within<T>(signal: AbortSignal, work: (resolve: (value: T) => void, reject: (error: Error) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(new Error("probe ended"));
    if (signal.aborted) return abort();
    signal.addEventListener("abort", abort, { once: true });
    work(resolve, reject);
  });
}

async function askHttp(socket: Duplex, probe: Extract<ProbeSpec, { kind: "http" }>, signal: AbortSignal): Promise<string | null> {
  const status = await within<number>(signal, (resolve, reject) => void askStatus(socket, probe.path).then(resolve, reject));
  const isFine = probe.status ? probe.status.includes(status) : status >= 200 && status < 400;
  return isFine ? null : `GET ${probe.path} answered ${status}`;
}

/** A handshake, and a pong to a ping: a process that accepts but no longer turns its loop is not well. */
async function askWebSocket(socket: Duplex, path: string, signal: AbortSignal): Promise<string | null> {
  return within<string | null>(signal, (resolve, reject) => {
    const client = new WebSocket(`ws://localhost${path}`, { createConnection: () => socket as never, perMessageDeflate: false });
    client.on("open", () => client.ping());
    client.on("pong", () => {
      client.terminate();
      resolve(null);
    });
    client.on("error", reject);
    client.on("close", () => reject(new Error("closed before a pong")));
  });
}

async function askExec(session: Awaited<ReturnType<Runtime["exec"]>>, signal: AbortSignal): Promise<string | null> {
  session.stdin.end();
  session.stdout.resume();
  session.stderr?.resume();
  try {
    const code = await within<number>(signal, (resolve) => void session.exit.then(resolve));
    return code === 0 ? null : `the probe command ended with ${code}`;
  } finally {
    session.kill();
  }
}
