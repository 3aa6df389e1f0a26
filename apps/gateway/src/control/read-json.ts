import type { IncomingMessage } from "node:http";
import { AppError } from "@agentpod/core/errors";

const mostBytes = 64_000_000;

/** The JSON body of a control request; throws `invalid`. */
export const readJson = async (request: IncomingMessage): Promise<unknown> => parseJson(await readText(request));

export async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > mostBytes) throw new AppError("invalid", `The body may have ${mostBytes} bytes at most.`);
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString("utf8");
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AppError("invalid", "The body is not JSON.", { cause: error });
  }
}
