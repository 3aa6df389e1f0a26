import { AsyncLocalStorage } from "node:async_hooks";
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { createSecureContext, type SecureContext } from "node:tls";
import type { AcmeChallenge } from "@agentpod/core/certificate";
import { AppError } from "@agentpod/core/errors";
import acme from "acme-client";
import { AcmeError } from "./acme-error.ts";
import { explainProblem, type Problem } from "./explain-problem.ts";

/** What one conversation with an authority is bound by. */
export interface Conversation {
  signal: AbortSignal;
  /** PEM of the authorities that may sign the directory's own certificate; null: those of the machine. */
  trusted: string[] | null;
}

interface Current extends Conversation {
  host: string | null;
  challenge: AcmeChallenge | null;
  /** The first thing that went wrong: acme-client keeps neither a problem's type nor a connection's error. */
  failure: AppError | null;
}

const mostBytes = 1_000_000;
const answerMs = 30_000;
const conversation = new AsyncLocalStorage<Current>();

/** Does `work` with acme-client within these bounds; what it throws says whose fault it is. */
export function converse<T>(bounds: Conversation, work: () => Promise<T>): Promise<T> {
  const current: Current = { ...bounds, host: null, challenge: null, failure: null };
  return conversation.run(current, async () => {
    try {
      return await work();
    } catch (thrown) {
      if (thrown instanceof AppError) throw thrown;
      if (current.failure) throw current.failure;
      throw new AcmeError("unavailable", "The authority's answer made no sense. It is asked again later.", { cause: thrown });
    }
  });
}

/** From here on, refusals are about this host and proof. */
export function nowProving(host: string | null, challenge: AcmeChallenge | null): void {
  const current = conversation.getStore();
  if (current) Object.assign(current, { host, challenge });
}

interface AxiosRequest {
  url?: string;
  method?: string;
  headers: { toJSON(): Record<string, unknown> };
  data?: string;
}

// Repeating is the planner's: one policy, which knows the authority's limits.
Object.assign(acme.axios.defaults, {
  acmeSettings: { ...(acme.axios.defaults as unknown as { acmeSettings: object }).acmeSettings, retryMaxAttempts: 0 },
});
acme.axios.defaults.adapter = (async (config: AxiosRequest) => {
  const current = conversation.getStore();
  if (!current) throw new AppError("internal", "acme-client was used outside of a conversation");
  try {
    const answer = await send(config, current);
    const problem = problemOf(answer);
    if (problem) {
      const retryAfter = answer.headers["retry-after"] ?? null;
      current.failure ??= explainProblem(problem, current, retryAfter, new Date());
      throw current.failure;
    }
    return { data: answer.data, status: answer.status, statusText: "", headers: answer.headers, config, request: {} };
  } catch (thrown) {
    const failure = thrown instanceof AppError ? thrown : unreachable(config.url ?? "", thrown, current.signal);
    current.failure ??= failure;
    throw failure;
  }
}) as unknown as NonNullable<typeof acme.axios.defaults.adapter>;

interface Answer {
  status: number;
  headers: Record<string, string>;
  data: unknown;
}

function send({ url = "", method = "GET", headers, data }: AxiosRequest, { signal, trusted }: Conversation): Promise<Answer> {
  const target = new URL(url);
  const sender = target.protocol === "https:" ? httpsRequest : httpRequest;
  const body = typeof data === "string" ? Buffer.from(data) : null;
  const sent: Record<string, string> = { connection: "close" };
  for (const [name, value] of Object.entries(headers.toJSON())) if (typeof value === "string") sent[name] = value;
  if (body) sent["content-length"] = String(body.length);
  return new Promise((resolve, reject) => {
    const outgoing = sender(target, {
      method: method.toUpperCase(),
      headers: sent,
      agent: false,
      signal: AbortSignal.any([signal, AbortSignal.timeout(answerMs)]),
      ...(trusted && { secureContext: contextOf(trusted) }),
    });
    outgoing.once("error", reject);
    outgoing.once("response", (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on("error", reject);
      response.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > mostBytes) response.destroy(new Error("its answer is too long"));
        else chunks.push(chunk);
      });
      response.on("end", () => {
        const kept: Record<string, string> = {};
        for (const [name, value] of Object.entries(response.headers))
          if (value !== undefined) kept[name] = Array.isArray(value) ? value.join(", ") : value;
        resolve({ status: response.statusCode ?? 0, headers: kept, data: decode(Buffer.concat(chunks), kept["content-type"] ?? "") });
      });
    });
    outgoing.end(body ?? undefined);
  });
}

const contexts = new WeakMap<string[], SecureContext>();

/** Kept: reading a machine's hundred and more authorities anew for every request would take most of the time. */
function contextOf(trusted: string[]): SecureContext {
  const kept = contexts.get(trusted) ?? createSecureContext({ ca: trusted });
  contexts.set(trusted, kept);
  return kept;
}

function decode(bytes: Buffer, type: string): unknown {
  const text = bytes.toString("utf8");
  return /json/.test(type) ? JSON.parse(text === "" ? "null" : text) : text;
}

/** Null for an answer that is none, and for a stale nonce, which acme-client mends. */
function problemOf({ status, data }: Answer): Problem | null {
  if (status < 400) return null;
  const problem: Problem = data !== null && typeof data === "object" ? (data as Problem) : { detail: `it answered with status ${status}` };
  return problem.type?.endsWith(":badNonce") ? null : { ...problem, status };
}

function unreachable(url: string, cause: unknown, signal: AbortSignal): AcmeError {
  const host = URL.parse(url)?.host ?? "the authority";
  const code = (cause as NodeJS.ErrnoException).code ?? "";
  if (signal.aborted) return new AcmeError("unavailable", `${host} took too long. It is asked again later.`, { cause });
  if (/CERT|SIGNATURE|ISSUER/.test(code))
    return new AcmeError("invalid", `The certificate of ${host} is not trusted here: set AGENTPOD_ACME_CA to a file of its authority.`, {
      cause,
      fault: "user",
    });
  return new AcmeError("unavailable", `${host} cannot be reached${code === "" ? "" : ` (${code})`}. It is asked again later.`, { cause });
}
