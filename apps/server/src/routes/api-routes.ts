import { accessSettingsRoutes } from "./access-settings-routes.ts";
import { accountRoutes } from "./account-routes.ts";
import { adoptRoutes } from "./adopt-routes.ts";
import { agentAskRoutes } from "./agent-ask-routes.ts";
import { agentConfigPreviewRoute } from "./agent-config-preview-route.ts";
import { agentConfigRoutes } from "./agent-config-routes.ts";
import { agentPackageContentRoutes } from "./agent-package-content-routes.ts";
import { agentPackageRoutes } from "./agent-package-routes.ts";
import { alertRoutes } from "./alert-routes.ts";
import { artifactRoutes } from "./artifact-routes.ts";
import { auditRoutes } from "./audit-routes.ts";
import { backupRoutes } from "./backup-routes.ts";
import { backupScheduleRoutes } from "./backup-schedule-routes.ts";
import { backupTargetRoutes } from "./backup-target-routes.ts";
import { certificateRoutes } from "./certificate-routes.ts";
import { channelLoginRoutes } from "./channel-login-routes.ts";
import { cleanUpRoutes } from "./clean-up-routes.ts";
import { customerAccessRoutes } from "./customer-access-routes.ts";
import { databaseRoutes } from "./database-routes.ts";
import { deploymentHookRoutes } from "./deployment-hook-routes.ts";
import { deploymentReleaseRoutes } from "./deployment-release-routes.ts";
import { deploymentRemoteRoutes } from "./deployment-remote-routes.ts";
import { deploymentRoutes } from "./deployment-routes.ts";
import { dnsProviderRoutes } from "./dns-provider-routes.ts";
import { domainRoutes } from "./domain-routes.ts";
import { dumpRoutes } from "./dump-routes.ts";
import { dumpScheduleRoutes } from "./dump-schedule-routes.ts";
import { eventRoutes } from "./event-routes.ts";
import { gatewayRoutes } from "./gateway-routes.ts";
import { guestRoutes } from "./guest-routes.ts";
import { handOverRoutes } from "./hand-over-routes.ts";
import { installationRoutes } from "./installation-routes.ts";
import { invitationRoutes } from "./invitation-routes.ts";
import { llmKeyRoutes } from "./llm-key-routes.ts";
import { llmProviderRoutes } from "./llm-provider-routes.ts";
import { llmProviderTestRoutes } from "./llm-provider-test-routes.ts";
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
import { previewRoutes } from "./preview-routes.ts";
import type { Route } from "./route.ts";
import { sourceRoutes } from "./source-routes.ts";
import { templateRoutes } from "./template-routes.ts";
import { tenantRoutes } from "./tenant-routes.ts";
import { terminalRoutes } from "./terminal-routes.ts";
import { tokenRoutes } from "./token-routes.ts";
import { twoFactorRoutes } from "./two-factor-routes.ts";
import { upgradeRoutes } from "./upgrade-routes.ts";
import { usageCheckRoute } from "./usage-check-route.ts";
import { userRoutes } from "./user-routes.ts";

/** Every route of the API; what is not here is not served. */
export const apiRoutes: readonly Route[] = [
  ...platformRoutes,
  ...installationRoutes,
  ...gatewayRoutes,
  ...tenantRoutes,
  ...templateRoutes,
  ...agentPackageRoutes,
  ...agentPackageContentRoutes,
  ...artifactRoutes,
  ...sourceRoutes,
  // Before those with a number in the same place.
  ...deploymentHookRoutes,
  ...deploymentRemoteRoutes,
  ...deploymentRoutes,
  ...deploymentReleaseRoutes,
  ...previewRoutes,
  ...databaseRoutes,
  ...podRoutes,
  ...agentConfigRoutes,
  ...channelLoginRoutes,
  agentConfigPreviewRoute,
  ...agentAskRoutes,
  ...podLifecycleRoutes,
  ...upgradeRoutes,
  ...operationRoutes,
  ...adoptRoutes,
  ...podInsightRoutes,
  ...podTokenRoutes,
  ...handOverRoutes,
  ...customerAccessRoutes,
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
  ...cleanUpRoutes,
  ...podBackupRoutes,
  ...dumpRoutes,
  ...dumpScheduleRoutes,
  ...backupScheduleRoutes,
  ...backupTargetRoutes,
  ...metricRoutes,
  ...llmProviderRoutes,
  ...llmProviderTestRoutes,
  ...llmKeyRoutes,
  ...llmUsageRoutes,
  usageCheckRoute,
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
