import type { EndedTerminal, HostedTerminal, TerminalRuntime, TerminalToOpen } from "@agentpod/core/api/terminal-host";
import { AppError, errorCodes, type Issue } from "@agentpod/core/errors";
import { Agent, request } from "undici";
import WebSocket from "ws";

/** The terminal host as the server asks it. Everything throws its errors, and `unavailable` while it is away. */
export interface TerminalHost {
  open(asked: TerminalToOpen): Promise<HostedTerminal>;
  /** Of a pod (its id), oldest first. */
  list(podId: string): Promise<HostedTerminal[]>;
  /** Ends the program; one that has ended is forgotten. */
  close(id: string): Promise<void>;
  /** A view of its own; not yet open. */
  look(id: string): WebSocket;
}

/** What keeps the host and the event log in step asks for besides. */
export interface WatchedHost {
  setRuntime(place: TerminalRuntime): Promise<void>;
  noted(id: string): Promise<void>;
  /** Those that have ended, first those that were not noted yet. Ends with the signal; throws when the host goes away. */
  watch(signal: AbortSignal): AsyncIterable<EndedTerminal>;
}

/** The host that listens on this socket. Nothing is kept open between calls but views and the watch. */
export function terminalHostAt(socket: string): TerminalHost & WatchedHost & { disconnect(): Promise<void> } {
  const agent = new Agent({ connect: { socketPath: socket }, keepAliveTimeout: 4000 });

  async function call(method: "GET" | "POST" | "PUT" | "DELETE", path: string, body?: unknown): Promise<unknown> {
    const answer = await request(`http://terminals${path}`, {
      method,
      dispatcher: agent,
      ...(body !== undefined && { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    }).catch((cause: unknown) => {
      throw away(cause);
    });
    const value = await answer.body.json();
    if (answer.statusCode >= 400) throw errorOf(value);
    return value;
  }

  return {
    open: async (asked) => (await call("POST", "/terminals", asked)) as HostedTerminal,
    list: async (podId) => (await call("GET", `/pods/${podId}`)) as HostedTerminal[],
    close: async (id) => void (await call("DELETE", `/terminals/${id}`)),
    look: (id) => new WebSocket(`ws+unix:${socket}:/terminals/${id}/attach`, { perMessageDeflate: false, maxPayload: 1024 * 1024 }),
    setRuntime: async (place) => void (await call("PUT", "/runtime", place)),
    noted: async (id) => void (await call("POST", `/noted/${id}`)),
    async *watch(signal) {
      const answer = await request("http://terminals/watch", { dispatcher: agent, signal, bodyTimeout: 0 });
      let rest = "";
      for await (const chunk of answer.body) {
        const lines = (rest + String(chunk)).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) yield JSON.parse(line) as EndedTerminal;
      }
    },
    disconnect: () => agent.destroy(),
  };
}

function away(cause: unknown): AppError {
  return new AppError("unavailable", "terminals are not available at this moment; try again", { cause });
}

function errorOf(value: unknown): AppError {
  const { code, message, issues } = (value as { error: { code: string; message: string; issues: Issue[] } }).error;
  return new AppError(errorCodes.find((known) => known === code) ?? "internal", message, { issues });
}
