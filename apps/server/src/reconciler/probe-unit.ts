import type { Duplex } from "node:stream";
import type { ProbeSpec } from "@agentpod/core/pod-spec";
import type { ProbeAnswer, ProbeTarget } from "@agentpod/core/probe-health";
import type { Runtime } from "@agentpod/core/runtime";
import { WebSocket } from "ws";
import { askStatus } from "./ask-status.ts";
import type { UnitProbe } from "./unit-probe.ts";

type Probe<K extends ProbeSpec["kind"]> = Extract<ProbeSpec, { kind: K }>;

/** Asks a run once, within its probe's time. Never throws. */
export async function probeUnit(unitProbe: UnitProbe, target: ProbeTarget, signal: AbortSignal): Promise<ProbeAnswer> {
  const { probe } = target;
  // By hand: joined signals cost as much as all the rest of a probe.
  const limit = new AbortController();
  const end = (): void => limit.abort();
  const timer = setTimeout(end, probe.timeoutSeconds * 1000);
  signal.addEventListener("abort", end);
  try {
    return await unitProbe.ask(target, limit.signal);
  } catch (error) {
    const isLate = limit.signal.aborted && !signal.aborted;
    const failure = isLate
      ? `no answer to the ${probe.kind} probe within ${probe.timeoutSeconds} s`
      : `${probe.kind} probe: ${error instanceof Error ? error.message : String(error)}`;
    return { failure, channels: null };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", end);
  }
}

/** A connection of the probe's own, gone when it has been asked. */
async function dialled<T>(runtime: Runtime, { id }: ProbeTarget, port: string, work: (socket: Duplex) => Promise<T>): Promise<T> {
  const socket = await runtime.dial(id, port);
  try {
    return await work(socket);
  } finally {
    socket.destroy();
  }
}

const proxyMs = 50;

/** An engine's proxy accepts before the unit listens, and then hangs up at once: that is not listening. */
export function askTcp(runtime: Runtime, target: ProbeTarget, probe: Probe<"tcp">, signal: AbortSignal): Promise<string | null> {
  return dialled(runtime, target, probe.port, (socket) =>
    within<string | null>(signal, (resolve) => {
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
    }),
  );
}

/** Resolves or rejects with `work`, rejects when the signal aborts first. */
export function within<T>(signal: AbortSignal, work: (resolve: (value: T) => void, reject: (error: Error) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(new Error("probe ended"));
    if (signal.aborted) return abort();
    signal.addEventListener("abort", abort, { once: true });
    work(resolve, reject);
  });
}

export async function askHttp(runtime: Runtime, target: ProbeTarget, probe: Probe<"http">, signal: AbortSignal): Promise<string | null> {
  const status = await dialled(runtime, target, probe.port, (socket) =>
    within<number>(signal, (resolve, reject) => void askStatus(socket, probe.path).then(resolve, reject)),
  );
  const isFine = probe.status ? probe.status.includes(status) : status >= 200 && status < 400;
  return isFine ? null : `GET ${probe.path} answered ${status}`;
}

/** A handshake, and a pong to a ping: a process that accepts but no longer turns its loop is not well. */
export function askWebSocket(
  runtime: Runtime,
  target: ProbeTarget,
  { port, path }: Probe<"websocket">,
  signal: AbortSignal,
): Promise<string | null> {
  return dialled(runtime, target, port, (socket) =>
    within<string | null>(signal, (resolve, reject) => {
      const client = new WebSocket(`ws://localhost${path}`, { createConnection: () => socket as never, perMessageDeflate: false });
      client.on("open", () => client.ping());
      client.on("pong", () => {
        client.terminate();
        resolve(null);
      });
      client.on("error", reject);
      client.on("close", () => reject(new Error("closed before a pong")));
    }),
  );
}

export async function askExec(runtime: Runtime, { id }: ProbeTarget, probe: Probe<"exec">, signal: AbortSignal): Promise<string | null> {
  const session = await runtime.exec(id, { argv: probe.command, tty: null, env: {}, workdir: null });
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
