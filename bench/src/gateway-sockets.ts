// Echoes 1 kB messages over WebSockets for some seconds, one message at a time on each; prints `{"count","p50","p99"}` (milliseconds).
import { WebSocket } from "ws";
import { quantile } from "./table.ts";

const [port, host, connections, seconds] = process.argv.slice(2);
const message = Buffer.alloc(1024, "w");
const times: number[] = [];

const open = (): Promise<WebSocket> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, { headers: { host }, perMessageDeflate: false });
    socket.once("open", () => resolve(socket)).once("error", reject);
  });

const sockets = await Promise.all(Array.from({ length: Number(connections) }, open));
const until = performance.now() + Number(seconds) * 1000;
await Promise.all(
  sockets.map(
    (socket) =>
      new Promise<void>((resolve) => {
        let sent = performance.now();
        socket.on("message", () => {
          const now = performance.now();
          times.push(now - sent);
          if (now >= until) return resolve();
          sent = now;
          socket.send(message);
        });
        socket.send(message);
      }),
  ),
);
for (const socket of sockets) socket.terminate();
process.stdout.write(JSON.stringify({ count: times.length, p50: quantile(times, 0.5), p99: quantile(times, 0.99) }));
