import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { queries } from "../../api/queries.ts";
import { agentQueries } from "./agent-queries.ts";
import type { Agent } from "./choose-agents.ts";
import { newerVersion } from "./newer-package.ts";

/** All agents that whoever is signed in may see, and which have a newer version; packages that are not known yet are none. */
export function useAgents() {
  const query = useQuery(queries.pods());
  const { data: packages } = useQuery(agentQueries.packages());
  const { data: tenants } = useQuery(queries.tenants());
  const agents = useMemo(() => {
    const ids = new Map((tenants ?? []).map(({ name, id }) => [name, id]));
    return (query.data ?? [])
      .filter(({ product }) => product === "agent")
      .map((pod): Agent => ({ pod, newer: newerVersion(pod, ids.get(pod.tenant), packages ?? []) }));
  }, [query.data, packages, tenants]);
  return { query, agents, hasPackages: packages === undefined || packages.length > 0 };
}
