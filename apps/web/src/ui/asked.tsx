import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Failed } from "./failed.tsx";
import { Loading } from "./loading.tsx";

/** Shows an answer once it is there, and why not when it is not. */
export function Asked<T>({ query, lines, children }: { query: UseQueryResult<T>; lines?: number; children(data: T): ReactNode }) {
  if (query.data !== undefined) return children(query.data);
  if (query.isError) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  return <Loading {...(lines === undefined ? {} : { lines })} />;
}
