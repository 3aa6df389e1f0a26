import type { AgentPodEvent } from "@agentpod/core/event";
import type { EventFilter } from "@agentpod/core/store";
import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { api } from "../../api/client.ts";
import { queries } from "../../api/queries.ts";
import { fits, isLater } from "./audit-filter.ts";

const pageSize = 50;

/**
 * Entries that fit, newest first, page by page. What happens meanwhile does not move what is read: it is counted, and shown when asked for.
 */
export function useAudit(filter: EventFilter) {
  const client = useQueryClient();
  const queryKey = ["audit", filter];
  const query = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam }) => api.audit.list({ ...filter, limit: pageSize, ...(pageParam === "" ? {} : { before: pageParam }) }),
    initialPageParam: "",
    getNextPageParam: (page) => (page.length < pageSize ? undefined : page.at(-1)?.cursor),
  });
  const { data: live } = useQuery(queries.events());
  const entries = useMemo(() => query.data?.pages.flat() ?? [], [query.data]);
  const fresh = query.isSuccess ? countFresh(live ?? [], entries[0], filter, query.dataUpdatedAt) : 0;
  return { query, entries, fresh, showFresh: () => void client.resetQueries({ queryKey }) };
}

/** Where nothing fitted so far, what came after the answer counts. */
function countFresh(live: readonly AgentPodEvent[], newest: AgentPodEvent | undefined, filter: EventFilter, asOf: number): number {
  const isFresh = ({ cursor, at }: AgentPodEvent): boolean =>
    newest === undefined ? Date.parse(at) > asOf : isLater(cursor, newest.cursor);
  return live.filter((event) => isFresh(event) && fits(event, filter)).length;
}
