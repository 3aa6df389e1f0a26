import { AppError } from "@agentpod/core/errors";
import { apiUrl, errorOf, type RequestOptions, type Transport, unreachable, wholeText } from "./transport.ts";

export interface FetchOptions {
  /** Called when there is no session, or none any more. */
  onUnauthenticated?(): void;
  /** The answer to a GET that the page asked for before its scripts were there; null when it did not. */
  earlyAnswer?(url: URL): Promise<Response | null>;
}

/** For pages: the browser's own fetch, to the page's own origin. Who asks is the session's cookie, which no script can read. */
export function fetchTransport(origin: string, { onUnauthenticated, earlyAnswer }: FetchOptions = {}): Transport {
  const options = { baseUrl: origin };

  async function send(method: string, path: string, asked: RequestOptions = {}): Promise<Response> {
    const headers: Record<string, string> = { accept: "application/json", ...asked.headers };
    if (asked.json !== undefined) headers["content-type"] = "application/json";
    const body =
      asked.json === undefined ? ((asked.body as Uint8Array<ArrayBuffer> | Blob | undefined) ?? null) : JSON.stringify(asked.json);
    const url = apiUrl(origin, path, asked.query);
    let response: Response;
    try {
      const early = method === "GET" ? await earlyAnswer?.(url) : null;
      response =
        early ??
        (await fetch(url, {
          method,
          headers,
          body,
          cache: "no-store",
          credentials: "same-origin",
          signal: asked.signal ?? null,
        }));
    } catch (cause) {
      throw unreachable(options, cause);
    }
    if (response.ok) return response;
    const error = errorOf(response.status, await wholeText(options, response));
    if (error.code === "unauthenticated") onUnauthenticated?.();
    throw error;
  }

  return {
    options,
    async json<T>(method: string, path: string, asked?: RequestOptions) {
      const text = await wholeText(options, await send(method, path, asked));
      try {
        return (text === "" ? undefined : JSON.parse(text)) as T;
      } catch (cause) {
        throw new AppError("unavailable", "what answers is not AgentPod; try again in a moment", { cause });
      }
    },
    text: async (method, path) => wholeText(options, await send(method, path)),
    stream: async (method, path, asked) => pieces((await send(method, path, asked)).body),
    close: async () => undefined,
  };
}

/** Not every browser can iterate over a stream by itself. */
async function* pieces(body: ReadableStream<Uint8Array> | null): AsyncGenerator<Uint8Array> {
  if (body === null) return;
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
