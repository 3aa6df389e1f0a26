import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { AppError } from "@agentpod/core/errors";

export const mostJsonBytes = 1024 * 1024;

/** The whole body. Throws `invalid` where it is longer. */
export async function readBody(request: IncomingMessage, most: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (bytes > most) throw tooLarge();
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

/** The body of a request that asks for its connection: as long as it says, the rest stays on the socket. Throws `invalid`. */
export async function readUpgradeBody(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<Buffer> {
  const { "content-length": length = "0", "transfer-encoding": coding } = request.headers;
  if (coding !== undefined || !/^\d{1,6}$/.test(length)) throw new AppError("invalid", "the request does not say how long its body is");
  const wanted = Number(length);
  if (wanted > mostJsonBytes) throw tooLarge();
  let have = head;
  while (have.length < wanted) {
    const chunk = (socket.read() as Buffer | null) ?? (await readable(socket));
    if (chunk) have = Buffer.concat([have, chunk]);
  }
  if (have.length > wanted) socket.unshift(have.subarray(wanted));
  return have.subarray(0, wanted);
}

/** Null once there is something to read. */
function readable(socket: Duplex): Promise<null> {
  return new Promise((resolve, reject) => {
    const gone = () => reject(new AppError("invalid", "the request was cut off"));
    socket.once("close", gone).once("end", gone);
    socket.once("readable", () => {
      socket.off("close", gone).off("end", gone);
      resolve(null);
    });
  });
}

export function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch (cause) {
    throw new AppError("invalid", "the body is no JSON", { cause });
  }
}

const tooLarge = () => new AppError("invalid", "the body is too large");
