"use client";
import { type ComponentType, lazy, Suspense, useLayoutEffect } from "react";
import { useTranslations } from "use-intl";
import Overview from "../screens/overview/overview.tsx";
import { Loading } from "../ui/loading.tsx";
import { matchScreen, type ScreenName } from "./match-screen.ts";
import { NothingHere } from "./nothing-here.tsx";
import { ScreenBoundary } from "./screen-boundary.tsx";

type Params = { params: Record<string, string> };

const Pod = lazy(() => import("../screens/pod/pod.tsx"));
const Audit = lazy(() => import("../screens/audit/audit.tsx"));
const Backups = lazy(() => import("../screens/backups/backups.tsx"));
const Alerts = lazy(() => import("../screens/alerts/alerts.tsx"));
const Llm = lazy(() => import("../screens/llm/llm.tsx"));
const Settings = lazy(() => import("../screens/settings/settings.tsx"));
const Server = lazy(() => import("../screens/server/server.tsx"));

const screens: Record<ScreenName, ComponentType<Params>> = {
  // What is opened first, mostly: not worth a second journey.
  overview: Overview,
  agents: lazy(() => import("../screens/agents/agents.tsx")),
  newAgent: lazy(() => import("../screens/agent-packages/new-agent.tsx")),
  agentPackages: lazy(() => import("../screens/agent-packages/agent-packages.tsx")),
  agentPackage: lazy(() => import("../screens/agent-packages/agent-package.tsx")),
  pods: lazy(() => import("../screens/pods/pods.tsx")),
  newPod: lazy(() => import("../screens/new-pod/new-pod.tsx")),
  // The same for all its tabs, so that going from one to another keeps it.
  pod: Pod,
  podTab: Pod,
  deployments: lazy(() => import("../screens/deployments/deployments.tsx")),
  newDeployment: lazy(() => import("../screens/new-deployment/new-deployment.tsx")),
  project: lazy(() => import("../screens/project/project.tsx")),
  projectPush: lazy(() => import("../screens/push-to-deploy/project-push.tsx")),
  deployment: lazy(() => import("../screens/deployment/deployment.tsx")),
  tenants: lazy(() => import("../screens/tenants/tenants.tsx")),
  templates: lazy(() => import("../screens/templates/templates.tsx")),
  template: lazy(() => import("../screens/templates/template.tsx")),
  domains: lazy(() => import("../screens/domains/domains.tsx")),
  certificates: lazy(() => import("../screens/certificates/certificates.tsx")),
  events: lazy(() => import("../screens/events/events.tsx")),
  dnsProviders: lazy(() => import("../screens/dns-providers/dns-providers.tsx")),
  accessLog: lazy(() => import("../screens/access-log/access-log.tsx")),
  audit: Audit,
  auditTab: Audit,
  alerts: Alerts,
  alertsTab: Alerts,
  backups: Backups,
  backupsTab: Backups,
  operations: lazy(() => import("../screens/operations/operations.tsx")),
  operation: lazy(() => import("../screens/operations/operation.tsx")),
  upgrade: lazy(() => import("../screens/upgrade/upgrade.tsx")),
  adopt: lazy(() => import("../screens/adopt/adopt.tsx")),
  server: Server,
  serverTab: Server,
  tokens: lazy(() => import("../screens/tokens/tokens.tsx")),
  members: lazy(() => import("../screens/members/members.tsx")),
  users: lazy(() => import("../screens/users/users.tsx")),
  llm: Llm,
  llmTab: Llm,
  settings: Settings,
  settingsTab: Settings,
  account: lazy(() => import("../screens/account/account.tsx")),
};

/** Tabs are of the screen that they are on. */
const screenOf = (name: ScreenName): string => name.replace(/Tab$/, "");

/** What an address shows. The page's title follows. */
export function Screen({ path }: { path: string }) {
  const t = useTranslations("titles");
  const found = matchScreen(path);
  const title = found === null ? t("nothing") : t(found.screen, found.params);
  // With the screen and not after it: who looks up to the tab then reads what is shown.
  useLayoutEffect(() => {
    document.title = `${title} · AgentPod`;
  }, [title]);
  if (found === null) return <NothingHere />;
  const Shown = screens[found.screen];
  return (
    <ScreenBoundary key={`${screenOf(found.screen)} ${found.params.tenant} ${found.params.pod}`}>
      <Suspense fallback={<Loading lines={6} />}>
        <Shown params={found.params} />
      </Suspense>
    </ScreenBoundary>
  );
}
