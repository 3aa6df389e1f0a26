import type { AgentPodEvent } from "@agentpod/core/event";
import type { QueryClient } from "@tanstack/react-query";

const most = 500;

/** Puts an event on top of the lists that are shown and that it belongs to. */
export function noteEvent(client: QueryClient, event: AgentPodEvent): void {
  for (const [key, list] of client.getQueriesData<AgentPodEvent[]>({ queryKey: ["events"] })) {
    const scope = key[1] as { tenant?: string; pod?: string };
    const belongs = (scope.tenant ?? event.tenant) === event.tenant && (scope.pod ?? event.pod) === event.pod;
    if (list === undefined || !belongs || list.some((known) => known.cursor === event.cursor)) continue;
    client.setQueryData(key, [event, ...list].slice(0, most));
  }
}
