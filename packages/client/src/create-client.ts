import type { ExecStart } from "@agentpod/core/api/exec-frame";
import type { TerminalSize } from "@agentpod/core/api/terminal-view";
import { apiCalls } from "./api-calls.ts";
import { httpTransport } from "./http-transport.ts";
import type { ExecConnection, ExecHandlers } from "./open-exec.ts";
import type { TerminalConnection } from "./open-terminal.ts";
import { peopleCalls } from "./people-calls.ts";
import { terminalCalls } from "./terminal-calls.ts";
import type { ClientOptions } from "./transport.ts";
import type { Showing } from "./view-protocol.ts";

export type { LogsQuery } from "./api-calls.ts";

/** The API for programs on Node. Every call throws AppError: the server's code and sentence, or `unavailable`. */
export type Client = ReturnType<typeof createClient>;

export function createClient(options: ClientOptions) {
  const transport = httpTransport(options);
  const calls = apiCalls(transport);
  return {
    ...calls,
    ...peopleCalls(transport),
    pods: {
      ...calls.pods,
      /** `database`: the program has the login of the unit, a PostgreSQL. */
      exec: async (
        tenant: string,
        pod: string,
        unit: string | null,
        start: ExecStart,
        handlers: ExecHandlers,
        { database = false }: { database?: boolean } = {},
      ): Promise<ExecConnection> => {
        // Loaded when used: most commands open no WebSocket.
        const { openExec } = await import("./open-exec.ts");
        return openExec(transport, { tenant, pod, unit, database }, start, handlers);
      },
    },
    terminals: {
      ...terminalCalls(transport),
      /** Looks at a terminal, until it leaves. */
      look: async (tenant: string, pod: string, id: string, size: TerminalSize, showing: Showing): Promise<TerminalConnection> => {
        const { openTerminal } = await import("./open-terminal.ts");
        return openTerminal(transport, { tenant, pod, id }, size, showing);
      },
    },
  };
}
