// Echoes 1 kB messages over WebSockets for some seconds, one message at a time on each; prints `{"count","p50","p99"}` (milliseconds).
import { request } from "node:http";
import type { Duplex } from "node:stream";
import { echo, message } from "./gateway-frames.ts";
import { quantile } from "./table.ts";

const [port, host, connections, seconds] = process.argv.slice(2);
const times: number[] = [];

const open = (): Promise<Duplex> =>
  new Promise((resolve, reject) => {
    const headers = {
      host,
      connection: "Upgrade",
      upgrade: "websocket",
      "sec-websocket-version": "13",
      "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
    };
    request({ host: "127.0.0.1", port, path: "/ws", headers, agent: false })
      .once("upgrade", (_response, socket) => resolve(socket))
      .once("response", ({ statusCode }) => reject(new Error(`no upgrade but ${statusCode}`)))
      .once("error", reject)
      .end();
  });

/** Resolves when the time is over; rejects when anything but the echo comes back or the connection ends. */
const converse = (socket: Duplex, until: number): Promise<void> =>
  new Promise((resolve, reject) => {
    let sent = performance.now();
    let at = 0;
    socket.on("close", () => reject(new Error("a socket was closed under load")));
    socket.on("data", (bytes: Buffer) => {
      if (bytes.compare(echo, at, at + bytes.length) !== 0) reject(new Error("something else than the echo came back"));
      at += bytes.length;
      if (at < echo.length) return;
      at = 0;
      const now = performance.now();
      times.push(now - sent);
      if (now >= until) return resolve();
      sent = now;
      socket.write(message);
    });
    socket.write(message);
  });

const sockets = await Promise.all(Array.from({ length: Number(connections) }, open));
const until = performance.now() + Number(seconds) * 1000;
await Promise.all(sockets.map((socket) => converse(socket, until)));
for (const socket of sockets) socket.destroy();
process.stdout.write(JSON.stringify({ count: times.length, p50: quantile(times, 0.5), p99: quantile(times, 0.99) }));
