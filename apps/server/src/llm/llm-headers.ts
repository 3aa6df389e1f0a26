import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http";
import type { LlmDialect } from "@agentpod/core/llm/llm-provider";

/** What a caller may say to a provider. Whose account it is (keys, organization, project) is never its to say. */
const askedFor: Record<LlmDialect, readonly string[]> = {
  openai: ["content-type", "accept", "openai-beta", "idempotency-key"],
  anthropic: ["content-type", "accept", "anthropic-version", "anthropic-beta", "idempotency-key"],
};

/** What a provider may say to a caller: nothing that is about its account, its servers or the connection. */
const answered =
  /^(content-type|content-encoding|retry-after|retry-after-ms|request-id|x-request-id|x-should-retry|openai-(model|processing-ms|version)|(x|anthropic)-ratelimit-[a-z-]+)$/;

/** Headers of a call as the provider gets it. */
export function providerHeaders(dialect: LlmDialect, asked: IncomingHttpHeaders, key: string): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const name of askedFor[dialect]) {
    const value = asked[name];
    if (typeof value === "string") headers[name] = value;
  }
  headers["content-type"] ??= "application/json";
  // Usage is read from what passes: it must not be packed.
  headers["accept-encoding"] = "identity";
  if (dialect === "openai") return { ...headers, authorization: `Bearer ${key}` };
  return { "anthropic-version": "2023-06-01", ...headers, "x-api-key": key };
}

/** Headers of an answer as the caller gets it. */
export function callerHeaders(given: Record<string, string | string[] | undefined>): OutgoingHttpHeaders {
  const headers: OutgoingHttpHeaders = { "cache-control": "no-store" };
  for (const [name, value] of Object.entries(given)) if (value !== undefined && answered.test(name)) headers[name] = value;
  return headers;
}

/** The key that a caller shows, in the way of either dialect; null where there is none. */
export function shownKey({ authorization, "x-api-key": apiKey }: IncomingHttpHeaders): string | null {
  if (typeof apiKey === "string") return apiKey.trim();
  return /^Bearer\s+(\S+)\s*$/i.exec(authorization ?? "")?.[1] ?? null;
}
