import { AppError } from "@agentpod/core/errors";
import { QueryClient } from "@tanstack/react-query";

/** Answers stay good until an event says otherwise; only a server that does not answer is asked again. */
export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: Number.POSITIVE_INFINITY,
        gcTime: 10 * 60_000,
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
        retry: (count, error) => error instanceof AppError && error.code === "unavailable" && count < 30,
        retryDelay: (count) => Math.min(4000, 250 * 2 ** count),
        networkMode: "always",
      },
      mutations: { networkMode: "always" },
    },
  });
}
