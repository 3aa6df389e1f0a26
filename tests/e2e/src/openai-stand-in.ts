import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** What was asked of it. */
export interface AskedOfModel {
  model: string;
  authorization: string | undefined;
  /** The whole conversation as JSON, instructions too. */
  messages: string;
}

/** A server that speaks like an OpenAI-compatible provider and always answers the same. */
export interface OpenAiStandIn {
  /** Ends in `/v1`. */
  baseUrl: string;
  asked: AskedOfModel[];
  close(): Promise<void>;
}

const usage = { prompt_tokens: 1000, completion_tokens: 50, total_tokens: 1050 };

/** Listens on loopback; calls with another key are refused. */
export async function openAiStandIn(key: string, answer: string): Promise<OpenAiStandIn> {
  const asked: AskedOfModel[] = [];
  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    if (request.headers.authorization !== `Bearer ${key}`) return send(response, 401, { error: { message: "wrong key" } });
    if (request.url === "/v1/models") return send(response, 200, { object: "list", data: [{ id: "m1", object: "model" }] });
    if (request.method !== "POST" || request.url !== "/v1/chat/completions") return send(response, 404, {});
    const { model, messages, stream } = JSON.parse(body) as { model: string; messages: unknown; stream?: boolean };
    asked.push({ model, authorization: request.headers.authorization, messages: JSON.stringify(messages) });
    const about = { id: `chatcmpl-${asked.length}`, created: 1_700_000_000, model };
    const message = { role: "assistant", content: answer };
    if (!stream)
      return send(response, 200, { ...about, object: "chat.completion", choices: [{ index: 0, finish_reason: "stop", message }], usage });
    response.writeHead(200, { "content-type": "text/event-stream" });
    const chunk = (part: object): void =>
      void response.write(`data: ${JSON.stringify({ ...about, object: "chat.completion.chunk", ...part })}\n\n`);
    for (const delta of [{ role: "assistant", content: "" }, ...answer.split(/(?<= )/).map((content) => ({ content }))])
      chunk({ choices: [{ index: 0, delta, finish_reason: null }] });
    chunk({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }] });
    chunk({ choices: [], usage });
    response.end("data: [DONE]\n\n");
  }

  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    asked,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
