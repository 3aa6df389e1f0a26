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
const Alerts = lazy(() => import("../screens/alerts/alerts.tsx"));
const Settings = lazy(() => import("../screens/settings/settings.tsx"));
const Server = lazy(() => import("../screens/server/server.tsx"));

const screens: Record<ScreenName, ComponentType<Params>> = {
  // What is opened first, mostly: not worth a second journey.
  overview: Overview,
  pods: lazy(() => import("../screens/pods/pods.tsx")),
  newPod: lazy(() => import("../screens/new-pod/new-pod.tsx")),
  // The same for all its tabs, so that going from one to another keeps it.
  pod: Pod,
  podTab: Pod,
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
  backups: lazy(() => import("../screens/backups/backups.tsx")),
  server: Server,
  serverTab: Server,
  tokens: lazy(() => import("../screens/tokens/tokens.tsx")),
  members: lazy(() => import("../screens/members/members.tsx")),
  users: lazy(() => import("../screens/users/users.tsx")),
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
