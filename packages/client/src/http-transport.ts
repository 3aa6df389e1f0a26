import type { Readable } from "node:stream";
import { AppError } from "@agentpod/core/errors";
import { Agent, type Dispatcher, request } from "undici";
import { lookupLocalhost } from "./lookup-localhost.ts";
import { apiUrl, type ClientOptions, errorOf, type RequestOptions, type Transport, unreachable, wholeText } from "./transport.ts";

/** For programs on Node: tokens, unix sockets, and names below localhost. */
export function httpTransport(options: ClientOptions): Transport {
  const agent = new Agent({
    connect: { timeout: 10_000, ...(options.socketPath === undefined ? { lookup: lookupLocalhost } : { socketPath: options.socketPath }) },
    keepAliveTimeout: 4000,
  });

  async function send(method: string, path: string, asked: RequestOptions, bodyTimeout: number): Promise<Dispatcher.ResponseData> {
    const headers: Record<string, string> = { accept: "application/json", ...asked.headers };
    if (options.token !== undefined) headers.authorization = `Bearer ${options.token}`;
    if (asked.json !== undefined) headers["content-type"] = "application/json";
    const body = asked.json === undefined ? ((asked.body as Buffer | Readable | undefined) ?? null) : JSON.stringify(asked.json);
    let response: Dispatcher.ResponseData;
    try {
      response = await request(apiUrl(options.baseUrl, path, asked.query), {
        method: method as Dispatcher.HttpMethod,
        headers,
        body,
        dispatcher: agent,
        bodyTimeout,
        headersTimeout: 300_000,
        ...(asked.signal === undefined ? {} : { signal: asked.signal }),
      });
    } catch (cause) {
      throw unreachable(options, cause);
    }
    if (response.statusCode >= 400) throw errorOf(response.statusCode, await wholeText(options, response.body));
    return response;
  }

  return {
    options,
    async json<T>(method: string, path: string, asked: RequestOptions = {}) {
      const response = await send(method, path, asked, 300_000);
      const text = await wholeText(options, response.body);
      try {
        return (text === "" ? undefined : JSON.parse(text)) as T;
      } catch (cause) {
        throw new AppError("unavailable", `${options.baseUrl} does not answer like AgentPod; is the address right?`, { cause });
      }
    },
    async text(method, path) {
      return wholeText(options, (await send(method, path, {}, 300_000)).body);
    },
    async stream(method, path, asked = {}) {
      return (await send(method, path, asked, 0)).body;
    },
    close: () => agent.destroy(),
  };
}
