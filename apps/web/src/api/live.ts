import { type AppError, toAppError } from "@agentpod/core/errors";
import type { QueryClient } from "@tanstack/react-query";
import { api } from "./client.ts";
import { noteEvent } from "./note-event.ts";
import { refresher } from "./refresher.ts";

export type LiveState = "connecting" | "live" | "lost" | { stopped: AppError };

const reconnectMs = 1000;
/** A hidden page gives its connection back: a browser has few of them for one host. What happened is told when it is seen again. */
const hiddenMs = 30_000;

/** Keeps everything that is shown as it is now, by one event stream. Gives the function that ends it. */
export function startLive(client: QueryClient, onState: (state: LiveState) => void): () => void {
  const refresh = refresher(client);
  let cursor: string | undefined;
  let connection: AbortController | null = null;
  let hiding: ReturnType<typeof setTimeout> | undefined;

  async function listen(signal: AbortSignal): Promise<void> {
    onState("connecting");
    while (!signal.aborted) {
      try {
        const onOpen = (): void => {
          // Answers from before the stream may be older than what it tells.
          if (cursor === undefined) void client.invalidateQueries({ predicate: (query) => query.queryKey[0] !== "whoami" });
          onState("live");
        };
        const query = { signal, onOpen, onLost: () => onState("lost"), ...(cursor === undefined ? {} : { after: cursor }) };
        for await (const event of api.events.watch(query)) {
          cursor = event.cursor;
          noteEvent(client, event);
          refresh.after(event);
        }
      } catch (thrown) {
        const error = toAppError(thrown);
        if (["unauthenticated", "forbidden"].includes(error.code)) return onState({ stopped: error });
        if (!signal.aborted) onState("lost");
        await new Promise((resolve) => setTimeout(resolve, reconnectMs));
      }
    }
  }
  const open = (): void => {
    connection = new AbortController();
    void listen(connection.signal);
  };
  const close = (): void => {
    connection?.abort();
    connection = null;
  };
  const onVisibility = (): void => {
    clearTimeout(hiding);
    if (document.hidden) hiding = setTimeout(close, hiddenMs);
    else if (connection === null) open();
  };
  document.addEventListener("visibilitychange", onVisibility);
  open();
  return () => {
    document.removeEventListener("visibilitychange", onVisibility);
    clearTimeout(hiding);
    refresh.stop();
    close();
  };
}
