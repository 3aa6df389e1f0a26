import type { Deployment } from "@agentpod/core/deployment";
import type { Note } from "./route.ts";

/** The audit note of a request about a deployment. */
export const noteDeployment = ({ tenantId, tenant, name: pod, id, number }: Deployment, message: string): Note => ({
  ...{ tenantId, tenant, pod, message },
  data: { deployment: id, number },
});
