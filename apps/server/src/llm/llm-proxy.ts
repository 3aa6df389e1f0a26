import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { readLlmKey } from "@agentpod/core/llm/llm-key";
import { type LlmDialect, llmCandidates, llmModelNames } from "@agentpod/core/llm/llm-provider";
import { type LlmEndpoint, llmEndpoints, readLlmRequest } from "@agentpod/core/llm/llm-request";
import type { LlmCaller } from "@agentpod/core/llm/llm-store";
import { costNano, noTokens } from "@agentpod/core/llm/llm-tokens";
import { type MeterState, meteredTokens, newMeter } from "@agentpod/core/llm/stream-meter";
import type { Database } from "@agentpod/core/store";
import type { Log } from "../app-deps.ts";
import { causeChain } from "../http-error.ts";
import type { OutboundGuard } from "../outbound/outbound-guard.ts";
import { admitCall } from "./admit-call.ts";
import { askProviders } from "./ask-provider.ts";
import { callBooks } from "./call-books.ts";
import { shownKey } from "./llm-headers.ts";
import { LlmRefusal, refusalOf, sendRefusal } from "./llm-refusal.ts";
import { modelList } from "./model-list.ts";
import { isSecretOf } from "./new-llm-key.ts";
import { type LlmTimeouts, providerAgents, usualTimeouts } from "./provider-agents.ts";
import { type KeyedProvider, providerCache } from "./provider-cache.ts";
import { bodyRoom } from "./read-call-body.ts";
import { relayAnswer } from "./relay-answer.ts";

export interface LlmProxyDeps {
  database: Database;
  guard: Pick<OutboundGuard, "addresses">;
  /** Of the environment; null: none. */
  environment: KeyedProvider | null;
  /** See `CallBooksDeps`. */
  owner: string;
  clock(): Date;
  log: Log;
  timeouts?: Partial<LlmTimeouts>;
  limits?: { eachBytes: number; togetherBytes: number };
}

/** The LLM proxy: what lies below `/llm`. Nothing in it needs a login; every call shows a key of its own. */
export interface LlmProxy {
  /** Answers a request; the path begins with `/llm`. */
  serve(request: IncomingMessage, response: ServerResponse): void;
  /** Counts what is due; see `CallBooks`. */
  tick(): Promise<void>;
  /** Breaks off what is under way, and resolves once it is counted. */
  stop(): Promise<void>;
}

export const isLlmPath = (url: string): boolean => /^\/llm(?:[/?]|$)/.test(url);

const mebibyte = 1024 * 1024;

export function llmProxy({ database, guard, environment, owner, clock, log, ...options }: LlmProxyDeps): LlmProxy {
  const books = callBooks({ database, owner, clock, log });
  const agents = providerAgents(guard, { ...usualTimeouts, ...options.timeouts });
  const providers = providerCache(database, environment === null ? [] : [environment]);
  const room = bodyRoom(options.limits ?? { eachBytes: 32 * mebibyte, togetherBytes: 96 * mebibyte });
  const budgeted = new Set<string>();
  const stopping = new AbortController();
  const underWay = new Set<Promise<void>>();

  const authenticate = async (request: IncomingMessage): Promise<{ caller: LlmCaller; keyed: readonly KeyedProvider[] }> => {
    const key = readLlmKey(shownKey(request.headers) ?? "");
    const found = key === null ? null : await database.llmCalls.look(key.id);
    if (key === null || found === null || !isSecretOf(key.secret, found.caller.keyHash))
      throw new LlmRefusal("unauthenticated", "This key is not one of AgentPod's, or it was revoked.");
    return { caller: found.caller, keyed: await providers.at(found.providersVersion) };
  };

  const call = async (request: IncomingMessage, response: ServerResponse, endpoint: LlmEndpoint, search: string): Promise<void> => {
    const gone = new AbortController();
    response.once("close", () => gone.abort());
    const signal = AbortSignal.any([gone.signal, stopping.signal]);
    const { caller, keyed } = await authenticate(request);
    const { text, release } = await room.read(request);
    try {
      const asked = readLlmRequest(endpoint, text);
      const all = keyed.map(({ provider }) => provider);
      const candidates = llmCandidates(all, caller.tenantId, endpoint.dialect, asked.model);
      if (candidates.length === 0) throw noModel(endpoint.dialect, asked.model, llmModelNames(all, caller.tenantId, endpoint.dialect));
      const sent = { endpoint, request: asked, text, search, headers: request.headers };
      const hidesUsage = endpoint.hasStreamOptions && asked.isStream && !asked.wantsUsage;
      if (!endpoint.isCounted) {
        const { answer, key } = await askProviders(agents, candidates, keyed, sent, signal);
        await relayAnswer(answer, { dialect: endpoint.dialect, key, hidesUsage, response, onMeter: () => {} }, async () => {});
        return;
      }
      const { call: opened, mayWarn } = await admitCall(database, budgeted, { caller, request: asked, candidates, owner, now: clock() });
      let used = candidates[0];
      let meter: MeterState | null = null;
      const counted = () => {
        const { tokens, isEstimated } = meteredTokens(meter ?? newMeter(), asked.estimate.input);
        return { tokens, isEstimated, costNano: costNano(tokens, used?.model.price ?? null) };
      };
      const end = (outcome: "ok" | "failed" | "aborted") => {
        const sum = outcome === "failed" ? { tokens: noTokens, isEstimated: false, costNano: 0 } : counted();
        return books.end({ id: opened.id, provider: used?.provider.name ?? "", outcome, ...sum }, caller, mayWarn);
      };
      books.begin(opened.id, counted);
      let isEnded = false;
      try {
        const { answer, candidate, key } = await askProviders(agents, candidates, keyed, sent, signal);
        used = candidate;
        const onMeter = (state: MeterState): void => {
          meter = state;
        };
        await relayAnswer(answer, { dialect: endpoint.dialect, key, hidesUsage, response, onMeter }, () => {
          isEnded = true;
          return end(answer.statusCode >= 400 ? "failed" : "ok");
        });
      } catch (thrown) {
        // A provider that never answered has nothing to be paid for; one that was left alone in the middle has.
        if (!isEnded) await end(thrown instanceof LlmRefusal ? "failed" : "aborted");
        throw thrown;
      }
    } finally {
      release();
    }
  };

  const answerTo = async (request: IncomingMessage, response: ServerResponse, path: string, search: string): Promise<void> => {
    const { method } = request;
    const endpoint = llmEndpoints[path];
    const dialect: LlmDialect = path.startsWith("/anthropic") ? "anthropic" : "openai";
    // Claude Code looks whether somebody is there before it shows its key.
    if ((method === "HEAD" || method === "GET") && ["", "/", "/v1", "/anthropic", "/anthropic/"].includes(path)) {
      response
        .writeHead(200, { "content-type": "text/plain", "cache-control": "no-store" })
        .end(method === "HEAD" ? undefined : "AgentPod's LLM proxy\n");
      return;
    }
    if (method === "POST" && endpoint !== undefined) return call(request, response, endpoint, search);
    if (method === "GET" && (path === "/v1/models" || path === "/anthropic/v1/models")) {
      const { caller, keyed } = await authenticate(request);
      const names = llmModelNames(
        keyed.map(({ provider }) => provider),
        caller.tenantId,
        dialect,
      );
      response
        .writeHead(200, { "content-type": "application/json", "cache-control": "no-store" })
        .end(JSON.stringify(modelList(dialect, names)));
      return;
    }
    throw new LlmRefusal(
      "not_found",
      `AgentPod's LLM proxy does not serve ${method} ${path}; it serves ${Object.keys(llmEndpoints).join(", ")} and the lists of models.`,
    );
  };

  return {
    serve(request, response) {
      const requestId = randomUUID();
      const { pathname, search } = new URL(request.url ?? "/", "http://localhost");
      const path = pathname.slice("/llm".length);
      const dialect: LlmDialect = path.startsWith("/anthropic") ? "anthropic" : "openai";
      const work = answerTo(request, response, path, search).catch((thrown: unknown) => {
        const refusal = refusalOf(thrown);
        if (["internal", "overloaded", "unreachable"].includes(refusal.kind) && !response.destroyed)
          log.warn({ requestId, path, causes: causeChain(thrown) }, refusal.message);
        // An answer that was cut must not look whole.
        if (response.headersSent) response.destroy();
        else sendRefusal(response, dialect, refusal, requestId);
      });
      underWay.add(work);
      void work.finally(() => underWay.delete(work));
    },
    tick: books.tick,
    async stop() {
      stopping.abort();
      await Promise.all(underWay);
      await books.stop();
      await agents.close();
    },
  };
}

function noModel(dialect: LlmDialect, model: string, known: readonly string[]): LlmRefusal {
  const have = known.length === 0 ? "no provider of this dialect names any" : `there are ${known.slice(0, 20).join(", ")}`;
  return new LlmRefusal(
    "no_model",
    `No ${dialect === "openai" ? "OpenAI-compatible" : "Anthropic-compatible"} provider has a model ${model}; ${have}.`,
  );
}
