import { readFileSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { AppError } from "@agentpod/core/errors";

/** Throws `conflict` when a program listens on one of these loopback ports. */
export async function requireFree(ports: readonly number[]): Promise<void> {
  for (const port of ports) {
    await new Promise<void>((resolve, reject) => {
      const server = createServer();
      server.on("error", (error: NodeJS.ErrnoException) => {
        const why = error.code === "EADDRINUSE" ? "is in use by another program" : `cannot be used: ${error.message}`;
        reject(new AppError("conflict", `port ${port} of this machine ${why}`, { cause: error, fault: "system" }));
      });
      server.listen({ host: "127.0.0.1", port, exclusive: true }, () => server.close(() => resolve()));
    });
  }
}

/** A connection to a loopback port; `unavailable` when nothing listens. */
export function dialLoopback(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: "127.0.0.1", port, noDelay: true });
    const failed = (error: Error) =>
      reject(new AppError("unavailable", `nothing answers on port ${port} of this machine`, { cause: error }));
    socket.once("error", failed);
    socket.once("connect", () => {
      socket.off("error", failed);
      resolve(socket);
    });
  });
}

/** User ids of the programs that listen on a port, as the kernel tells; empty where it does not. */
export function listenerUids(port: number): number[] {
  return ["/proc/net/tcp", "/proc/net/tcp6"].flatMap((path) => {
    try {
      return listenersIn(readFileSync(path, "utf8"), port);
    } catch {
      return [];
    }
  });
}

const listening = "0A";

/** The same from the text of `/proc/net/tcp`. */
export function listenersIn(table: string, port: number): number[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  return table.split("\n").flatMap((line) => {
    const fields = line.trim().split(/\s+/);
    return fields[1]?.endsWith(suffix) && fields[3] === listening ? [Number(fields[7])] : [];
  });
}
