import { createHash } from "node:crypto";

const PING = 9;
const PONG = 10;
const CLOSE = 8;

/** Accepts a WebSocket and sends every message back; answers pings and closes. Messages up to 64 kB. */
export function echoSocket(request, socket, head) {
  const key = request.headers["sec-websocket-key"];
  if (!key) return socket.end("HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n");
  const accept = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
  socket.write(`HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-accept: ${accept}\r\n\r\n`);
  let received = head;
  const read = () => {
    for (let frame = parse(received); frame; frame = parse(received)) {
      received = received.subarray(frame.size);
      if (frame.opcode === CLOSE || frame.tooLong) return socket.end(build(CLOSE, frame.payload.subarray(0, 2)));
      if (frame.opcode !== PONG) socket.write(build(frame.opcode === PING ? PONG : frame.opcode, frame.payload, frame.isLast));
    }
  };
  socket.on("data", (chunk) => {
    received = Buffer.concat([received, chunk]);
    read();
  });
  socket.on("error", () => socket.destroy());
  read();
}

/** The first frame of a client, unmasked; null while it is not complete. */
function parse(bytes) {
  if (bytes.length < 6) return null;
  const short = bytes[1] & 0x7f;
  const opcode = bytes[0] & 0x0f;
  if (short === 127) return { opcode, size: bytes.length, payload: Buffer.from([0x03, 0xf1]), tooLong: true };
  const start = short === 126 ? 8 : 6;
  const length = short === 126 ? bytes.readUInt16BE(2) : short;
  if (bytes.length < start + length) return null;
  const mask = bytes.subarray(start - 4, start);
  const payload = bytes.subarray(start, start + length).map((byte, i) => byte ^ mask[i % 4]);
  return { opcode, payload, isLast: (bytes[0] & 0x80) !== 0, size: start + length, tooLong: false };
}

function build(opcode, payload, isLast = true) {
  const first = (isLast ? 0x80 : 0) | opcode;
  const header = payload.length < 126 ? [first, payload.length] : [first, 126, payload.length >> 8, payload.length & 0xff];
  return Buffer.concat([Buffer.from(header), payload]);
}
