import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { WebSocket } from "ws";
import { host, type TestedProxy } from "./gateway-proxies.ts";

const count = 1000;
const atOnce = 20;

/** Resident kilobytes that each of a thousand idle WebSockets adds to a proxy. */
export async function idleSocketKilobytes(proxy: TestedProxy, isSecure: boolean): Promise<number> {
  const url = isSecure ? `wss://127.0.0.1:${proxy.tlsPort}/ws` : `ws://127.0.0.1:${proxy.port}/ws`;
  const open = async (): Promise<WebSocket> => {
    const socket = new WebSocket(url, {
      headers: { host: isSecure ? "localhost" : host },
      rejectUnauthorized: false,
      perMessageDeflate: false,
    });
    await once(socket, "open");
    // A proxy may answer the end with a reset.
    socket.on("error", () => {});
    return socket;
  };
  const sockets = [await open()];
  const before = await residentKilobytes(proxy.pid);
  while (sockets.length < count) sockets.push(...(await Promise.all(Array.from({ length: atOnce }, open))));
  // Whoever collects garbage has had the time.
  await delay(3000);
  const after = await residentKilobytes(proxy.pid);
  await Promise.all(
    sockets.map((socket) => {
      const closed = new Promise((resolve) => socket.once("close", resolve));
      socket.terminate();
      return closed;
    }),
  );
  return (after - before) / (sockets.length - 1);
}

async function residentKilobytes(pid: number): Promise<number> {
  return Number(/VmRSS:\s+(\d+) kB/.exec(await readFile(`/proc/${pid}/status`, "utf8"))?.[1]);
}
