import { AppError } from "@agentpod/core/errors";

/** A request to a service's API, ready to be sent. */
export interface ServiceRequest {
  method: "GET" | "POST" | "DELETE";
  url: string;
  headers: Record<string, string>;
  /** Null: none. */
  body: string | null;
}

const timeoutMs = 15_000;

/** Sends a request and gives status and JSON; anything but JSON, and no answer within 15 s, is `unavailable`. Redirects are not followed. */
export async function callService(service: string, request: ServiceRequest): Promise<{ status: number; json: unknown }> {
  try {
    const answer = await fetch(request.url, {
      method: request.method,
      headers: request.headers,
      body: request.body,
      redirect: "error",
      signal: AbortSignal.timeout(timeoutMs),
    });
    return { status: answer.status, json: await answer.json() };
  } catch (cause) {
    throw new AppError("unavailable", `${service} gave no answer that can be read.`, { cause });
  }
}
