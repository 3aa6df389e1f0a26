import { queryOptions } from "@tanstack/react-query";
import { api } from "../../api/client.ts";

/** Pings, pushes of other branches and callers without the secret are no events: nobody floods the event log with them. */
const tellMs = 5000;
const most = 20;

/** Begin with `deployments`: events of deployments ask them again. */
export const pushQueries = {
  remote: (tenant: string, name: string) =>
    queryOptions({ queryKey: ["deployments", tenant, name, "remote"], queryFn: () => api.deployments.remote(tenant, name) }),
  hooks: (tenant: string, name: string) =>
    queryOptions({
      queryKey: ["deployments", tenant, name, "hooks"],
      queryFn: () => api.deploymentHooks.list(tenant, name),
      refetchInterval: tellMs,
    }),
  deliveries: (tenant: string, name: string, hook: string) =>
    queryOptions({
      queryKey: ["deployments", tenant, name, "hooks", hook],
      queryFn: () => api.deploymentHooks.deliveries(tenant, name, hook, { limit: most }),
      refetchInterval: tellMs,
    }),
};
