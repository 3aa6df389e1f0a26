import { setTimeout as delay } from "node:timers/promises";
import type { EndedTerminal, TerminalRuntime } from "@agentpod/core/api/terminal-host";
import type { TerminalEnd } from "@agentpod/core/api/terminal-view";
import type { Database } from "@agentpod/core/store";
import type { Log } from "../app-deps.ts";
import type { WatchedHost } from "./terminal-host.ts";

const retryMs = 500;

export interface TerminalWatch {
  host: WatchedHost;
  place: TerminalRuntime;
  database: Pick<Database, "asSystem">;
  log: Log;
}

/** Tells the host, also one that begins anew, where units are, and writes into the event log what ended by itself. Gives the way to stop. */
export function startTerminalWatch(options: TerminalWatch): () => Promise<void> {
  const stop = new AbortController();
  const ended = keepWatching(options, stop.signal);
  return async () => {
    stop.abort();
    await ended;
  };
}

async function keepWatching({ host, place, database, log }: TerminalWatch, signal: AbortSignal): Promise<void> {
  let isTold = false;
  while (!signal.aborted) {
    try {
      await host.setRuntime(place);
      isTold = false;
      for await (const terminal of host.watch(signal)) {
        if (terminal.end.reason !== "closed") await database.asSystem((store) => store.events.append(eventOf(terminal)));
        await host.noted(terminal.id);
      }
    } catch (error) {
      if (!signal.aborted && !isTold) log.warn({ error: String(error) }, "the terminal host does not answer");
      isTold = true;
    }
    await delay(retryMs, undefined, { signal, ref: false }).catch(() => undefined);
  }
}

/** Who closes one by hand is written down with their name, by the route. */
function eventOf({ id, podId, unit, owner, end }: EndedTerminal) {
  const isLost = end.reason === "host_ended";
  return {
    type: "terminal.closed",
    tenantId: owner.tenantId,
    tenant: owner.tenant,
    pod: owner.pod,
    podId,
    actor: "system",
    source: null,
    result: isLost ? ("failed" as const) : ("ok" as const),
    message: `a terminal of unit ${unit} ended: ${sentenceOf(end)}`,
    data: { terminal: id, unit, reason: end.reason, exitCode: end.exitCode },
  };
}

function sentenceOf({ reason, exitCode }: TerminalEnd): string {
  switch (reason) {
    case "exited":
      return `its program ended with exit code ${exitCode}`;
    case "run_ended":
      return "the unit's run ended";
    case "idle":
      return "nobody used it for long";
    case "host_ended":
      return "the terminal host was killed, and its program was ended with it";
    case "closed":
      return "it was closed";
  }
}
