import { type IncomingMessage, request, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { text } from "node:stream/consumers";
import { answerHeaders, outgoing } from "./pass.ts";
import type { Passage } from "./rule.ts";

/**
 * The start of a program whose connection becomes its terminal. Only once the engine has agreed do raw bytes pass: over a
 * connection that still speaks HTTP they would be requests that nobody has looked at.
 */
export function passUpgrade(socketPath: string, passage: Passage, came: IncomingMessage, socket: Duplex): void {
  const { options, body } = outgoing(socketPath, "POST", passage, came);
  const headers = { ...(options as { headers: object }).headers, connection: "Upgrade", upgrade: "tcp" };
  const asked = request({ ...options, headers });
  asked.on("upgrade", (answer, engine, head) => {
    const type = answer.headers["content-type"] ?? "application/vnd.docker.raw-stream";
    socket.write(`HTTP/1.1 101 UPGRADED\r\nContent-Type: ${type}\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n`);
    engine.on("error", () => socket.destroy());
    socket.on("error", () => engine.destroy());
    socket.on("close", () => engine.destroy());
    engine.on("close", () => socket.end());
    if (head.length > 0) engine.unshift(head);
    engine.pipe(socket);
    socket.pipe(engine);
  });
  asked.on("response", (answer) => {
    void text(answer).then(
      (said) => refuse(socket, answer.statusCode ?? 502, said, String(answerHeaders(answer)["content-type"] ?? "application/json")),
      () => socket.destroy(),
    );
  });
  asked.on("error", (error) => refuse(socket, 502, JSON.stringify({ message: `the engine does not answer: ${error.message}` })));
  socket.on("error", () => asked.destroy());
  asked.end(body);
}

/** An answer on a connection that was to be taken over; the connection ends with it. */
export function refuse(socket: Duplex, status: number, said: string, type = "application/json"): void {
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\nContent-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(said)}\r\nConnection: close\r\n\r\n`;
  socket.end(head + said);
}
