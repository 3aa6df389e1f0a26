import type { OperationsQuery } from "@agentpod/client/operation-calls";
import { isEnded } from "@agentpod/core/operation";
import { queryOptions } from "@tanstack/react-query";
import { api } from "../../api/client.ts";

/** No event tells what a step waits for meanwhile. */
const stepMs = 3000;

/** Events say when an operation goes on. */
export const operationQueries = {
  list: (query: OperationsQuery) => queryOptions({ queryKey: ["operations", query], queryFn: () => api.operations.list(query) }),
  one: (id: string) =>
    queryOptions({
      queryKey: ["operations", id],
      queryFn: () => api.operations.get(id),
      refetchInterval: ({ state: { data } }) => (data !== undefined && !isEnded(data.state) ? stepMs : false),
    }),
};
