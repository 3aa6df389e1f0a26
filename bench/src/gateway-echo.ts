// Echoes WebSocket messages on the loopback port given. It knows only the one of gateway-frames.ts: the load generator and
// this share a core, and a library's work for each frame would be measured instead of the proxy's.
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import { echo, message } from "./gateway-frames.ts";

const server = createServer();
server.on("upgrade", (request, socket) => {
  const accept = createHash("sha1").update(`${request.headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
  socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
  let received = 0;
  socket.on("error", () => socket.destroy());
  socket.on("data", (bytes: Buffer) => {
    received += bytes.length;
    for (; received >= message.length; received -= message.length) socket.write(echo);
  });
});
server.listen(Number(process.argv[2]), "127.0.0.1");
