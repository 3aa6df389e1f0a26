import { queryOptions } from "@tanstack/react-query";
import { api } from "../../api/client.ts";

/** Below the pod's key: asked for again when something happened to the pod. */
export const agentConfigQuery = (tenant: string, pod: string) =>
  queryOptions({ queryKey: ["pod", tenant, pod, "agent-config"], queryFn: () => api.agents.config(tenant, pod), retry: false });
