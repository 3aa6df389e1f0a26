import { queryOptions } from "@tanstack/react-query";
import { api } from "../../api/client.ts";
import type { AnalysisView } from "../new-deployment/findings.ts";
import { operationQueries } from "../operations/operation-queries.ts";

const most = 1000;

/** Events say when something of them changed. */
export const deploymentQueries = {
  list: (tenant: string) =>
    queryOptions({ queryKey: ["deployments", tenant], queryFn: () => api.deployments.list(tenant, { limit: most }) }),
  ofApplication: (tenant: string, name: string) =>
    queryOptions({ queryKey: ["deployments", tenant, name], queryFn: () => api.deployments.list(tenant, { name, limit: most }) }),
  one: (tenant: string, name: string, number: number) =>
    queryOptions({ queryKey: ["deployments", tenant, name, number], queryFn: () => api.deployments.get(tenant, name, number) }),
  log: (tenant: string, name: string, number: number) =>
    queryOptions({ queryKey: ["deployments", tenant, name, number, "log"], queryFn: () => api.deployments.log(tenant, name, number) }),
  /** Of all its projects. */
  previews: (tenant: string) =>
    queryOptions({ queryKey: ["deployments", { previewsOf: tenant }], queryFn: () => api.deployments.previews(tenant) }),
  /** Its steps. What a step waits for meanwhile its pod says. */
  operation: (id: string) => ({ ...operationQueries.one(id), refetchInterval: false as const }),
  /** A source never changes, nor what it is. */
  analysis: (tenant: string, source: string, root: string) =>
    queryOptions({
      queryKey: ["analysis", tenant, source, root],
      queryFn: async (): Promise<AnalysisView> => {
        const found = await api.sources.analyze(tenant, source, root === "" ? undefined : root);
        return { ...found, units: found.units.map((unit) => ({ ...unit })) };
      },
      retry: false,
    }),
};
