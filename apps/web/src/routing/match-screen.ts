/** Addresses of the dashboard, and the screen each shows. `:x` stands for one segment. */
export const screenPaths = {
  overview: "/",
  tenants: "/tenants",
  agents: "/agents",
  newAgent: "/agents/new",
  agentPackages: "/agents/packages",
  agentPackage: "/agents/packages/:name",
  pods: "/pods",
  newPod: "/pods/new",
  pod: "/pods/:tenant/:pod",
  podTab: "/pods/:tenant/:pod/:tab",
  deployments: "/deployments",
  newDeployment: "/deployments/new",
  project: "/deployments/:tenant/:application",
  projectPush: "/deployments/:tenant/:application/push",
  deployment: "/deployments/:tenant/:application/:number",
  templates: "/templates",
  template: "/templates/:name",
  domains: "/domains",
  certificates: "/certificates",
  events: "/events",
  dnsProviders: "/dns-providers",
  accessLog: "/access-log",
  audit: "/audit",
  auditTab: "/audit/:tab",
  alerts: "/alerts",
  alertsTab: "/alerts/:tab",
  llm: "/models",
  llmTab: "/models/:tab",
  backups: "/backups",
  backupsTab: "/backups/:tab",
  operations: "/operations",
  operation: "/operations/:id",
  upgrade: "/upgrade",
  adopt: "/adopt",
  server: "/server",
  serverTab: "/server/:tab",
  tokens: "/tokens",
  members: "/members",
  users: "/users",
  settings: "/settings",
  settingsTab: "/settings/:tab",
  account: "/account",
} as const;

export type ScreenName = keyof typeof screenPaths;

export interface Matched {
  screen: ScreenName;
  params: Record<string, string>;
}

/** The screen of an address; null when there is none. */
export function matchScreen(path: string): Matched | null {
  for (const [screen, pattern] of Object.entries(screenPaths)) {
    const params = matchPath(pattern, path);
    if (params !== null) return { screen: screen as ScreenName, params };
  }
  return null;
}

function matchPath(pattern: string, path: string): Record<string, string> | null {
  const wanted = pattern.split("/").filter(Boolean);
  const given = path.split("/").filter(Boolean);
  if (wanted.length !== given.length) return null;
  const params: Record<string, string> = {};
  for (const [i, part] of wanted.entries()) {
    const value = decode(given[i] ?? "");
    if (value === null) return null;
    if (part.startsWith(":")) params[part.slice(1)] = value;
    else if (part !== value) return null;
  }
  return params;
}

function decode(segment: string): string | null {
  try {
    return decodeURIComponent(segment);
  } catch {
    return null;
  }
}
