import type { IncomingHttpHeaders } from "node:http";
import { toAppError } from "@agentpod/core/errors";
import type { LlmCandidate } from "@agentpod/core/llm/llm-provider";
import { addressLlmRequest, type LlmEndpoint, type LlmRequest } from "@agentpod/core/llm/llm-request";
import type { Dispatcher } from "undici";
import { providerHeaders } from "./llm-headers.ts";
import { LlmRefusal } from "./llm-refusal.ts";
import { type ProviderAgents, providerUrl } from "./provider-agents.ts";
import type { KeyedProvider } from "./provider-cache.ts";

/** A call, ready to be sent. */
export interface SentCall {
  endpoint: LlmEndpoint;
  request: LlmRequest;
  /** As it came. */
  text: string;
  /** With its question mark; empty without a query. */
  search: string;
  headers: IncomingHttpHeaders;
}

export interface ProviderAnswer {
  candidate: LlmCandidate;
  key: string;
  answer: Dispatcher.ResponseData;
}

/**
 * Asks one provider after another until one answers: the next is asked where one cannot be reached, answers 429 or 5xx, or refuses
 * AgentPod's own key. The last one's 429 or 5xx is the answer. Throws a refusal where the last one gave none, or the signal's abort.
 */
export async function askProviders(
  agents: ProviderAgents,
  candidates: readonly LlmCandidate[],
  keys: readonly KeyedProvider[],
  call: SentCall,
  signal: AbortSignal,
): Promise<ProviderAnswer> {
  let last: unknown = new LlmRefusal("unreachable", "There is no provider to ask.");
  for (const [index, candidate] of candidates.entries()) {
    const key = keys.find(({ provider }) => provider.id === candidate.provider.id)?.key ?? "";
    const isLast = index === candidates.length - 1;
    try {
      const answer = await ask(agents, candidate, key, call, signal);
      if (isLast ? isAnswer(answer.statusCode) : !isFailure(answer.statusCode)) return { candidate, key, answer };
      last = failureOf(candidate, answer.statusCode);
      // Unread, it would keep the connection.
      await answer.body.dump({ limit: 65_536 }).catch(() => undefined);
    } catch (thrown) {
      if (signal.aborted) throw thrown;
      last = refusalFor(candidate, thrown);
    }
  }
  throw last;
}

async function ask(
  agents: ProviderAgents,
  { provider, upstream }: LlmCandidate,
  key: string,
  { endpoint, request, text, search, headers }: SentCall,
  signal: AbortSignal,
): Promise<Dispatcher.ResponseData> {
  const agent = await agents.of(provider.baseUrl);
  return agent.request({
    ...addressOf(providerUrl(provider.baseUrl, endpoint.path, search)),
    method: "POST",
    headers: providerHeaders(endpoint.dialect, headers, key),
    body: addressLlmRequest(endpoint, request, upstream) ?? text,
    signal,
  });
}

function addressOf(url: string): { origin: string; path: string } {
  const { origin, pathname, search } = new URL(url);
  return { origin, path: pathname + search };
}

const isOurKeyRefused = (status: number): boolean => status === 401 || status === 403;
const isRedirect = (status: number): boolean => status >= 300 && status < 400;
const isFailure = (status: number): boolean => status === 429 || status >= 500 || isOurKeyRefused(status) || isRedirect(status);
/** What a caller may see though it is a failure: it says what is wrong with the call, or when to try again. */
const isAnswer = (status: number): boolean => !isOurKeyRefused(status) && !isRedirect(status);

function failureOf({ provider }: LlmCandidate, status: number): LlmRefusal {
  return new LlmRefusal(
    "unreachable",
    isOurKeyRefused(status)
      ? `Provider ${provider.name} refuses the key that AgentPod has for it; whoever runs this installation has to set another.`
      : `Provider ${provider.name} answered ${status}.`,
  );
}

function refusalFor({ provider }: LlmCandidate, thrown: unknown): LlmRefusal {
  const { code } = thrown as { code?: unknown };
  if (code === "UND_ERR_HEADERS_TIMEOUT" || code === "UND_ERR_BODY_TIMEOUT")
    return new LlmRefusal("too_late", `Provider ${provider.name} did not answer in time.`, { cause: thrown });
  const said = toAppError(thrown);
  const why = said.code === "invalid" ? `: ${said.message}` : ".";
  return new LlmRefusal("unreachable", `Provider ${provider.name} cannot be reached${why}`, { cause: thrown });
}
