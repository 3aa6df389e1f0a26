import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface StandInCall {
  path: string;
  headers: IncomingHttpHeaders;
  // biome-ignore lint/suspicious/noExplicitAny: a body is looked at as it comes
  body: any;
  /** Resolves when its connection is gone, or its answer has ended. */
  closed: Promise<void>;
  /** Whether the answer was said to the end. */
  isWhole(): boolean;
}

type Behave = (call: StandInCall, response: ServerResponse) => void | Promise<void>;

/** Something like a provider of models, of both dialects. It says as many words as `max_tokens` wants, `pong` unless told. */
export interface StandIn {
  url: string;
  calls: StandInCall[];
  /** What it does with the next calls, one each; null: as usual. */
  next(...behaviours: (Behave | null)[]): void;
  /** What was to come next is as usual again. */
  forget(): void;
  /** Nothing listens any more; `start` listens at the same address again. */
  stop(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

export async function llmStandIn(): Promise<StandIn> {
  const calls: StandInCall[] = [];
  const queue: (Behave | null)[] = [];
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const text = await readAll(request);
    const call: StandInCall = {
      path: request.url ?? "",
      headers: request.headers,
      body: text === "" ? null : JSON.parse(text),
      closed: new Promise((resolve) => response.once("close", resolve)),
      isWhole: () => response.writableFinished,
    };
    calls.push(call);
    await (queue.shift() ?? usual)(call, response);
  };
  const make = () => createServer((request, response) => void serve(request, response));
  let server = make();
  let port = 0;
  const start = async (): Promise<void> => {
    server = make();
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    port = (server.address() as AddressInfo).port;
  };
  const stop = async (): Promise<void> => {
    if (!server.listening) return;
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  };
  await start();
  return {
    url: `http://127.0.0.1:${port}`,
    calls,
    next: (...behaviours) => void queue.push(...behaviours),
    forget: () => void queue.splice(0),
    start,
    stop,
    close: stop,
  };
}

/** Answers with a status and a JSON body. */
export const answers =
  (status: number, body: object, headers: Record<string, string> = {}): Behave =>
  (_call, response) =>
    void response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));

/** Streams so many words, then waits for `more`; breaks off where `more` says so. */
export const streamsThenWaits =
  (words: number, more: Promise<"go on" | "break off">): Behave =>
  async (call, response) => {
    const say = sayer(call, response);
    for (let i = 0; i < words; i++) say.word();
    if ((await more) === "break off") response.destroy();
    else say.end();
  };

const usual: Behave = (call, response) => {
  if (call.path.includes("/count_tokens")) return answers(200, { input_tokens: 7 })(call, response);
  if (call.path.endsWith("/embeddings"))
    return answers(200, { data: [{ embedding: [0.1] }], usage: { prompt_tokens: 5, total_tokens: 5 } })(call, response);
  if (call.body?.stream !== true) return answers(200, wholeAnswer(call))(call, response);
  const say = sayer(call, response);
  for (let i = 0; i < wordsOf(call); i++) say.word();
  say.end();
};

const wordsOf = ({ body }: StandInCall): number => body?.max_tokens ?? body?.max_completion_tokens ?? 3;
const textOf = (call: StandInCall): string => Array.from({ length: wordsOf(call) }, () => "pong").join(" ");
const isAnthropic = ({ path }: StandInCall): boolean => path.startsWith("/v1/messages");

function wholeAnswer(call: StandInCall): object {
  const words = wordsOf(call);
  if (isAnthropic(call)) {
    const usage = { input_tokens: 20, output_tokens: words, cache_read_input_tokens: 6, cache_creation_input_tokens: 4 };
    return { type: "message", role: "assistant", model: call.body.model, content: [{ type: "text", text: textOf(call) }], usage };
  }
  if (call.path.endsWith("/responses"))
    return {
      object: "response",
      output: [],
      usage: { input_tokens: 30, output_tokens: words, input_tokens_details: { cached_tokens: 10 } },
    };
  return {
    object: "chat.completion",
    model: call.body.model,
    choices: [{ index: 0, message: { role: "assistant", content: textOf(call) } }],
    usage: openaiUsage(words),
  };
}

const openaiUsage = (words: number) => ({ prompt_tokens: 30, completion_tokens: words, prompt_tokens_details: { cached_tokens: 10 } });

function sayer(call: StandInCall, response: ServerResponse): { word(): void; end(): void } {
  let words = 0;
  const event = (data: object, name?: string) => response.write(`${name ? `event: ${name}\n` : ""}data: ${JSON.stringify(data)}\n\n`);
  const told = call.body.stream_options?.include_usage === true;
  response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8", "openai-organization": "org-secret" });
  if (isAnthropic(call))
    event(
      { type: "message_start", message: { usage: { input_tokens: 20, output_tokens: 1, cache_read_input_tokens: 6 } } },
      "message_start",
    );
  return {
    word() {
      words++;
      if (isAnthropic(call)) event({ type: "content_block_delta", delta: { type: "text_delta", text: "pong " } }, "content_block_delta");
      else if (call.path.endsWith("/responses"))
        event({ type: "response.output_text.delta", delta: "pong " }, "response.output_text.delta");
      else event({ object: "chat.completion.chunk", choices: [{ delta: { content: "pong " } }], ...(told && { usage: null }) });
    },
    end() {
      if (isAnthropic(call)) {
        event({ type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: words } }, "message_delta");
        event({ type: "message_stop" }, "message_stop");
      } else if (call.path.endsWith("/responses")) {
        const usage = { input_tokens: 30, output_tokens: words, input_tokens_details: { cached_tokens: 10 } };
        event({ type: "response.completed", response: { usage } }, "response.completed");
      } else {
        if (told) event({ object: "chat.completion.chunk", choices: [], usage: openaiUsage(words) });
        response.write("data: [DONE]\n\n");
      }
      response.end();
    },
  };
}

async function readAll(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString("utf8");
}
