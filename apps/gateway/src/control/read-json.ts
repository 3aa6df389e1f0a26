import type { IncomingMessage } from "node:http";
import { AppError } from "@agentpod/core/errors";

const mostBytes = 64_000_000;

/** The JSON body of a control request; throws `invalid`. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > mostBytes) throw new AppError("invalid", `The body may have ${mostBytes} bytes at most.`);
    chunks.push(chunk as Buffer);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch (error) {
    throw new AppError("invalid", "The body is not JSON.", { cause: error });
  }
}
