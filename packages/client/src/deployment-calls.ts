import type {
  BegunDeployment,
  DeploymentLog,
  DeploymentSummary,
  DeploymentView,
  DeployRequest,
  PromoteRequest,
  RedeployRequest,
  RollbackRequest,
} from "@agentpod/core/api/deployment-view";
import type { GitRemoteView } from "@agentpod/core/api/git-remote-view";
import type { OperationView } from "@agentpod/core/api/operation-view";
import type { PodView } from "@agentpod/core/api/pod-view";
import type { ExtendPreviewRequest, PreviewView } from "@agentpod/core/api/preview-view";
import type { Transport } from "./transport.ts";

const enc = encodeURIComponent;
const base = (tenant: string): string => `/tenants/${enc(tenant)}/deployments`;
const of = (tenant: string, name: string): string => `${base(tenant)}/${enc(name)}`;

/** Applications that are deployed from code. What begins something gives its operation. */
export function deploymentCalls(transport: Transport) {
  const post = <T>(at: string, json: unknown = {}) => transport.json<T>("POST", at, { json });
  return {
    /** The newest first. */
    list: (tenant: string, query: { name?: string; limit?: number } = {}) =>
      transport.json<DeploymentSummary[]>("GET", base(tenant), { query: { ...query } }),
    get: (tenant: string, name: string, number: number) => transport.json<DeploymentView>("GET", `${of(tenant, name)}/${number}`),
    log: (tenant: string, name: string, number: number) => transport.json<DeploymentLog>("GET", `${of(tenant, name)}/${number}/log`),
    deploy: (tenant: string, name: string, request: DeployRequest) => post<BegunDeployment>(of(tenant, name), request),
    redeploy: (tenant: string, name: string, request: RedeployRequest = {}) =>
      post<BegunDeployment>(`${of(tenant, name)}/redeploy`, request),
    rollBack: (tenant: string, name: string, request: RollbackRequest = {}) =>
      post<BegunDeployment>(`${of(tenant, name)}/rollback`, request),
    promote: (tenant: string, name: string, request: PromoteRequest) => post<BegunDeployment>(`${of(tenant, name)}/promote`, request),
    /** Gives the application's pod as it is to be. */
    restart: (tenant: string, name: string) => post<PodView>(`${of(tenant, name)}/restart`),
    /** By name. */
    previews: (tenant: string, query: { project?: string } = {}) =>
      transport.json<PreviewView[]>("GET", `/tenants/${enc(tenant)}/previews`, { query: { ...query } }),
    extendPreview: (tenant: string, name: string, request: ExtendPreviewRequest = {}) =>
      post<PreviewView>(`/tenants/${enc(tenant)}/previews/${enc(name)}/extend`, request),
    cancel: (tenant: string, name: string, number: number) => post<OperationView>(`${of(tenant, name)}/${number}/cancel`),
    /** Where git push deploys it. */
    remote: (tenant: string, name: string) => transport.json<GitRemoteView>("GET", `${of(tenant, name)}/remote`),
    destroy: (tenant: string, name: string) => transport.json<OperationView>("DELETE", of(tenant, name)),
  };
}
