import { accessSettingsRoutes } from "./access-settings-routes.ts";
import { accountRoutes } from "./account-routes.ts";
import { adoptRoutes } from "./adopt-routes.ts";
import { agentConfigRoutes } from "./agent-config-routes.ts";
import { agentPackageRoutes } from "./agent-package-routes.ts";
import { alertRoutes } from "./alert-routes.ts";
import { artifactRoutes } from "./artifact-routes.ts";
import { auditRoutes } from "./audit-routes.ts";
import { backupRoutes } from "./backup-routes.ts";
import { backupScheduleRoutes } from "./backup-schedule-routes.ts";
import { backupTargetRoutes } from "./backup-target-routes.ts";
import { certificateRoutes } from "./certificate-routes.ts";
import { dnsProviderRoutes } from "./dns-provider-routes.ts";
import { domainRoutes } from "./domain-routes.ts";
import { eventRoutes } from "./event-routes.ts";
import { gatewayRoutes } from "./gateway-routes.ts";
import { guestRoutes } from "./guest-routes.ts";
import { handOverRoutes } from "./hand-over-routes.ts";
import { installationRoutes } from "./installation-routes.ts";
import { invitationRoutes } from "./invitation-routes.ts";
import { llmKeyRoutes } from "./llm-key-routes.ts";
import { llmProviderRoutes } from "./llm-provider-routes.ts";
import { llmUsageRoutes } from "./llm-usage-routes.ts";
import { loginRoutes } from "./login-routes.ts";
import { memberRoutes } from "./member-routes.ts";
import { metricRoutes } from "./metric-routes.ts";
import { operationRoutes } from "./operation-routes.ts";
import { platformRoutes } from "./platform-routes.ts";
import { podBackupRoutes } from "./pod-backup-routes.ts";
import { podExecRoute } from "./pod-exec-route.ts";
import { podFileRoutes } from "./pod-file-routes.ts";
import { podInsightRoutes } from "./pod-insight-routes.ts";
import { podLifecycleRoutes } from "./pod-lifecycle-routes.ts";
import { podRouteRoutes } from "./pod-route-routes.ts";
import { podRoutes } from "./pod-routes.ts";
import { podTokenRoutes } from "./pod-token-routes.ts";
import type { Route } from "./route.ts";
import { sourceRoutes } from "./source-routes.ts";
import { templateRoutes } from "./template-routes.ts";
import { tenantRoutes } from "./tenant-routes.ts";
import { terminalRoutes } from "./terminal-routes.ts";
import { tokenRoutes } from "./token-routes.ts";
import { twoFactorRoutes } from "./two-factor-routes.ts";
import { upgradeRoutes } from "./upgrade-routes.ts";
import { userRoutes } from "./user-routes.ts";

/** Every route of the API; what is not here is not served. */
export const apiRoutes: readonly Route[] = [
  ...platformRoutes,
  ...installationRoutes,
  ...gatewayRoutes,
  ...tenantRoutes,
  ...templateRoutes,
  ...agentPackageRoutes,
  ...artifactRoutes,
  ...sourceRoutes,
  ...podRoutes,
  ...agentConfigRoutes,
  ...podLifecycleRoutes,
  ...upgradeRoutes,
  ...operationRoutes,
  ...adoptRoutes,
  ...podInsightRoutes,
  ...podTokenRoutes,
  ...handOverRoutes,
  podExecRoute,
  ...podFileRoutes,
  ...terminalRoutes,
  ...podRouteRoutes,
  ...domainRoutes,
  ...certificateRoutes,
  ...dnsProviderRoutes,
  ...eventRoutes,
  ...auditRoutes,
  ...alertRoutes,
  ...backupRoutes,
  ...podBackupRoutes,
  ...backupScheduleRoutes,
  ...backupTargetRoutes,
  ...metricRoutes,
  ...llmProviderRoutes,
  ...llmKeyRoutes,
  ...llmUsageRoutes,
  ...tokenRoutes,
  ...loginRoutes,
  ...accountRoutes,
  ...twoFactorRoutes,
  ...userRoutes,
  ...memberRoutes,
  ...invitationRoutes,
  ...accessSettingsRoutes,
  ...guestRoutes,
];
