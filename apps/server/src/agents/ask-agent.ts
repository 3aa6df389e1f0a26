import { type IncomingMessage, request } from "node:http";
import type { Duplex } from "node:stream";
import type { AgentAnswerLine } from "@agentpod/core/api/agent-ask-view";
import { AppError, toAppError } from "@agentpod/core/errors";
import { chatBody, chatPath, chatRefusal, readChatEvent } from "@agentpod/core/products/agents/chat-frames";
import { eventData, SseSplitter } from "../llm/sse-splitter.ts";

/** As a client behind our proxy: an agent that knows its proxy refuses one who does not say for whom it asks. */
const asVisitor = { "x-forwarded-for": "192.0.2.2", "x-forwarded-proto": "http" };
const longestRefusal = 64 * 1024;
const lastEvent = /^data: ?\[DONE\]\r?$/m;

export interface AgentQuestion {
  /** A fresh connection to the agent's own port. Ended with the answer. */
  dial(): Promise<Duplex>;
  token: string;
  message: string;
  conversation: string;
  /** Takes secrets out of what the agent says of its failures. */
  clean(text: string): string;
  /** Ends the agent's work, and this without a word. */
  signal: AbortSignal;
  limits?: AskLimits;
}

export interface AskLimits {
  /** Without a word from the agent; it may work meanwhile. */
  silentMs: number;
  wholeMs: number;
  characters: number;
}

const usual: AskLimits = { silentMs: 180_000, wholeMs: 600_000, characters: 400_000 };

/**
 * Says something to an agent and gives its answer as it comes. Throws before the first line: `unavailable` where the agent does
 * not take it up, `invalid` where it cannot; later failures are a line. No line holds the token.
 */
export async function* askAgent({ limits = usual, ...asked }: AgentQuestion): AsyncGenerator<AgentAnswerLine> {
  const watch = stopwatch(limits, asked.signal);
  let isAccepted = false;
  let socket: Duplex | null = null;
  try {
    socket = await asked.dial();
    watch.signal.addEventListener("abort", () => socket?.destroy(), { once: true });
    watch.signal.throwIfAborted();
    const response = await post(socket, asked.token, JSON.stringify(chatBody(asked.message, asked.conversation)));
    if (!isStream(response)) throw await refusal(response, asked.clean);
    isAccepted = true;
    yield { kind: "accepted" };
    yield* linesOf(response, asked.clean, limits, watch.heard);
  } catch (thrown) {
    if (asked.signal.aborted) return;
    const error = watch.signal.aborted ? (watch.signal.reason as AppError) : asAppError(thrown);
    if (!isAccepted) throw error;
    yield { kind: "failed", code: error.code, message: error.message };
  } finally {
    watch.stop();
    socket?.destroy();
  }
}

const isStream = ({ statusCode, headers }: IncomingMessage): boolean =>
  statusCode === 200 && (headers["content-type"] ?? "").startsWith("text/event-stream");

async function* linesOf(
  response: AsyncIterable<Buffer>,
  clean: (text: string) => string,
  { characters }: AskLimits,
  heard: () => void,
): AsyncGenerator<AgentAnswerLine> {
  const splitter = new SseSplitter();
  let length = 0;
  for await (const bytes of response) {
    heard();
    for (const event of splitter.push(bytes)) {
      if (lastEvent.test(event.toString("utf8"))) return yield { kind: "end" };
      const said = readChatEvent(eventData(event));
      if (said?.kind === "failed") throw new AppError("unavailable", `the agent could not answer: ${clean(said.message).slice(0, 500)}`);
      if (said === null) continue;
      length += said.text.length;
      if (length > characters) throw new AppError("quota_exceeded", `the answer is longer than ${characters} characters`);
      yield said;
    }
  }
  throw brokeOff();
}

/** Ends a question whose time is over, with why as its reason, or with whom asks. */
function stopwatch({ silentMs, wholeMs }: AskLimits, asker: AbortSignal) {
  const over = new AbortController();
  const end = (message: string) => (): void => over.abort(new AppError("unavailable", message));
  const silence = setTimeout(end(`the agent has said nothing for ${silentMs / 1000} s; look at its log`), silentMs);
  const whole = setTimeout(end(`the agent was not done after ${wholeMs / 1000} s; look at its log`), wholeMs);
  return {
    signal: AbortSignal.any([asker, over.signal]),
    heard: () => void silence.refresh(),
    stop: () => {
      clearTimeout(silence);
      clearTimeout(whole);
    },
  };
}

function post(socket: Duplex, token: string, body: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = {
      ...asVisitor,
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
      "content-length": String(Buffer.byteLength(body)),
      connection: "close",
    };
    const asked = request({ createConnection: () => socket as never, method: "POST", host: "localhost", path: chatPath, headers }, resolve);
    asked.on("error", reject);
    // A way through ssh ends without an error.
    asked.on("close", () => reject(brokeOff()));
    asked.end(body);
  });
}

/** What was answered instead of an answer. Paths that an agent does not know are answered with 200 and a page. */
async function refusal(response: IncomingMessage, clean: (text: string) => string): Promise<AppError> {
  const { statusCode = 0 } = response;
  if (statusCode === 401) return new AppError("unavailable", "the agent refuses the token that AgentPod keeps; restart the pod");
  if (statusCode === 200 || statusCode === 404 || statusCode === 405)
    return new AppError("conflict", "this agent takes no questions from AgentPod yet; save its configuration once more, or upgrade it");
  let body = "";
  for await (const bytes of response) {
    body += String(bytes);
    if (body.length > longestRefusal) break;
  }
  const why = chatRefusal(body);
  if (why !== null) return new AppError("unavailable", `the agent could not answer: ${clean(why).slice(0, 500)}`);
  return new AppError("unavailable", `the agent answered ${statusCode} instead of taking the question; look at its log`);
}

const brokeOff = (cause?: unknown): AppError =>
  new AppError("unavailable", "the agent broke off before its answer was complete; look at its log", { cause });

const asAppError = (thrown: unknown): AppError => (thrown instanceof AppError ? toAppError(thrown) : brokeOff(thrown));
