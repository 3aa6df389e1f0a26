import type { Readable } from "node:stream";
import { AppError } from "@agentpod/core/errors";
import { fixedLookup } from "./guarded-fetch.ts";
import type { OutboundGuard } from "./outbound-guard.ts";

export interface PlainRequest {
  method: "GET" | "HEAD" | "PUT" | "POST" | "DELETE";
  url: string;
  headers: Record<string, string>;
  body: Buffer | null;
}

export interface StreamedAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  /** Of any length; must be read or destroyed. */
  body: Readable;
}

/** Without a byte for so long, the other side counts as gone, in milliseconds. */
const silentMs = 60_000;

/** Sends a request to a place that a user named, at an address that was checked; redirects are not followed. `unavailable` where nothing answers. */
export async function guardedRequest(
  guard: Pick<OutboundGuard, "addresses">,
  { method, url: text, headers, body }: PlainRequest,
): Promise<StreamedAnswer> {
  const { Agent, request } = await import("undici");
  const url = new URL(text);
  const checked = await guard.addresses(url.hostname);
  const agent = new Agent({
    connect: { lookup: fixedLookup(checked), autoSelectFamily: true, timeout: 10_000 },
    pipelining: 0,
    headersTimeout: silentMs,
    bodyTimeout: silentMs,
  });
  try {
    const answer = await request(url, { method, headers, body, dispatcher: agent });
    answer.body.once("close", () => void agent.close().catch(() => undefined));
    return { status: answer.statusCode, headers: answer.headers, body: answer.body };
  } catch (cause) {
    await agent.destroy();
    throw new AppError("unavailable", `${url.host} cannot be reached, or gave no readable answer.`, { cause });
  }
}
