import { existsSync } from "node:fs";
import { connect } from "node:net";
import type { Duplex } from "node:stream";
import { AppError } from "@agentpod/core/errors";
import type { ContainerSummary } from "./container-summary.ts";
import { containerAddress, labelledPorts } from "./endpoints.ts";
import type { EngineAddress } from "./engine-address.ts";
import { bridgeName, label } from "./names.ts";
import type { Reach } from "./observe.ts";
import { sshDial } from "./ssh-transport.ts";

const connectLimitMs = 10_000;

/**
 * Connects to a port of a running unit. On this host that is the container's own address: the engine's proxy behind a
 * published port accepts whether or not anything listens.
 */
export async function dialContainer(
  summary: ContainerSummary,
  port: string,
  engine: EngineAddress,
  installation: string,
  reach: Reach,
): Promise<Duplex> {
  const what = `${summary.Labels[label.tenant]}/${summary.Labels[label.name]}: ${summary.Labels[label.unit]}`;
  const pair = labelledPorts(summary.Labels)[port];
  if (!pair) throw new AppError("not_found", `${what} has no port ${port}.`);
  if (summary.State !== "running") throw new AppError("unavailable", `${what} is not running.`);
  const address = containerAddress(summary);
  if (engine.kind === "ssh") {
    if (address) return sshDial(engine, address, pair.container);
  } else if (reach.local) {
    // Looked up by name: listing all interfaces costs milliseconds with a hundred of them. Elsewhere than on Linux, bridges lie in a virtual machine.
    // One that was taken over is on networks of its own, which are this machine's too.
    const isOnBridge =
      summary.adoption !== undefined || existsSync(`/sys/class/net/${bridgeName(installation, summary.Labels[label.pod] ?? "")}`);
    if (address && (isOnBridge || !reach.publish)) return connected(address, pair.container, what);
    if (reach.publish && summary.Labels[label.egress] === "open" && pair.host !== 0) return connected("127.0.0.1", pair.host, what);
  }
  throw new AppError("unavailable", `${what} cannot be reached from here: its engine is on another host; register it by ssh.`);
}

/** True for a dial that found the machine or container there, and nobody listening. */
export function isRefused(error: unknown): boolean {
  return error instanceof AppError && (error.cause as NodeJS.ErrnoException | undefined)?.code === "ECONNREFUSED";
}

function connected(host: string, port: number, what: string): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true });
    const fail = (why: string, cause?: Error) => {
      socket.destroy();
      reject(new AppError("unavailable", `${what} does not answer at ${host}:${port}: ${why}`, { cause }));
    };
    const onError = (cause: Error) => fail(cause.message, cause);
    socket.setTimeout(connectLimitMs, () => fail("no connection within 10 s"));
    socket.once("error", onError);
    socket.once("connect", () => {
      socket.setTimeout(0);
      socket.removeAllListeners("timeout");
      socket.removeListener("error", onError);
      resolve(socket);
    });
  });
}
