import { roles, type TenantRole } from "@agentpod/core/permission";
import { apiBase } from "../src/app.ts";
import type { Route } from "../src/routes/route.ts";
import { type ApiRig, apiRig, request, webSpec } from "./api-rig.ts";
import { issueCertificate } from "./issue-certificate.ts";
import { llmBodies, llmLists, llmStranger, llmThings } from "./llm-walk.ts";
import { browse, newUser } from "./login-rig.ts";
import { agentBodies, agentQueries, agentStrangers } from "./walk-agents.ts";
import { cleanUpStrangers } from "./walk-clean-up.ts";
import { deploymentBodies, deploymentOfAcme, deploymentStrangers } from "./walk-deployments.ts";
import { operationOfAcme } from "./walk-operations.ts";
import { backupOfAcme, podBackupBodies, podBackupStrangers } from "./walk-pod-backups.ts";
import { sourceBodies, sourceOfAcme, sourceQueries, sourceStrangers } from "./walk-sources.ts";

/**
 * How each route is asked by another tenant, and what it must say. A route that is not listed fails the test: whoever
 * adds one says here what a stranger gets. `hidden`: as if it were not there. `own`: an answer without a trace of acme.
 * `platform`: refused to any tenant. `closed`: refused to every token but one of its own.
 * `login`: for somebody who has logged in alone. A number: what anybody gets who has not what it takes besides (a password,
 * a secret).
 */
export const stranger: Record<string, "hidden" | "own" | "platform" | "closed" | "login" | number> = {
  health: "own",
  doctor: "platform",
  getInstallation: "platform",
  reconcile: "platform",
  ...cleanUpStrangers,
  gatewayAccessLog: "platform",
  getGateway: "platform",
  useGateway: "platform",
  traefikConfiguration: "closed",
  createTenant: "platform",
  listTenants: "own",
  getTenantStatus: "hidden",
  deleteTenant: "platform",
  listTemplates: "own",
  getTemplate: "hidden",
  applyTemplate: "hidden",
  uploadArtifact: "hidden",
  ...agentStrangers,
  ...podBackupStrangers,
  ...sourceStrangers,
  ...deploymentStrangers,
  createPod: "hidden",
  planUpgrade: "hidden",
  upgradePods: "hidden",
  listOperations: "hidden",
  getOperation: "hidden",
  cancelOperation: "hidden",
  listPods: "hidden",
  getPod: "hidden",
  updatePod: "hidden",
  deletePod: "hidden",
  listRevisions: "hidden",
  rollBackPod: "hidden",
  startPod: "hidden",
  stopPod: "hidden",
  restartPod: "hidden",
  listForeignContainers: "platform",
  adoptContainer: "platform",
  releaseContainer: "platform",
  getPodHealth: "hidden",
  getPodStats: "hidden",
  getPodLogs: "hidden",
  getPodLogSummary: "hidden",
  revealSecret: "hidden",
  listPodTokens: "own",
  revealPodToken: "hidden",
  rotatePodToken: "hidden",
  createHandOver: "hidden",
  getHandOver: "hidden",
  deleteHandOver: "hidden",
  lookAtHandOver: 403,
  useHandOver: 403,
  execInPod: "hidden",
  listPodFolders: "hidden",
  listPodFiles: "hidden",
  readPodFile: "hidden",
  writePodFile: "hidden",
  makePodFolder: "hidden",
  deletePodFile: "hidden",
  openTerminal: "hidden",
  listTerminals: "hidden",
  closeTerminal: "hidden",
  attachTerminal: "hidden",
  sleepPod: "hidden",
  listRoutes: "hidden",
  updateRoute: "hidden",
  addDomain: "hidden",
  listDomains: "hidden",
  getDomain: "hidden",
  verifyDomain: "hidden",
  removeDomain: "hidden",
  listCertificates: "hidden",
  listAllCertificates: "platform",
  getLocalAuthority: "own",
  uploadCertificate: "hidden",
  uploadInstallationCertificate: "platform",
  renewCertificate: "hidden",
  renewAnyCertificate: "platform",
  deleteCertificate: "hidden",
  deleteAnyCertificate: "platform",
  ...llmStranger,
  listDnsProviderKinds: "own",
  listDnsProviders: "hidden",
  addDnsProvider: "hidden",
  deleteDnsProvider: "hidden",
  listInstallationDnsProviders: "platform",
  addInstallationDnsProvider: "platform",
  deleteInstallationDnsProvider: "platform",
  events: "hidden",
  getPodMetrics: "hidden",
  getPlatformMetrics: "platform",
  prometheusMetrics: "platform",
  listAlertChannels: "hidden",
  addAlertChannel: "hidden",
  deleteAlertChannel: "hidden",
  testAlertChannel: "hidden",
  listAlertRules: "hidden",
  addAlertRule: "hidden",
  changeAlertRule: "hidden",
  deleteAlertRule: "hidden",
  listInstallationAlertChannels: "platform",
  addInstallationAlertChannel: "platform",
  deleteInstallationAlertChannel: "platform",
  testInstallationAlertChannel: "platform",
  listInstallationAlertRules: "platform",
  addInstallationAlertRule: "platform",
  changeInstallationAlertRule: "platform",
  deleteInstallationAlertRule: "platform",
  listAlerts: "hidden",
  listAlertDeliveries: "hidden",
  listAudit: "hidden",
  exportAudit: "hidden",
  listBackups: "platform",
  createBackup: "platform",
  downloadNewBackup: "platform",
  downloadBackup: "platform",
  verifyBackup: "platform",
  deleteBackup: "platform",
  setBackupSettings: "platform",
  getAuditStatus: "platform",
  setAuditSettings: "platform",
  verifyAudit: "platform",
  archiveAudit: "platform",
  whoami: "own",
  createToken: "hidden",
  listTokens: "own",
  deleteToken: "hidden",
  loginOptions: "own",
  logIn: 401,
  confirmLogIn: 401,
  signOn: 404,
  logOut: "login",
  register: 403,
  resetPassword: 403,
  getAccount: "login",
  renameAccount: "login",
  changePassword: "login",
  listSessions: "login",
  endSession: "login",
  endOtherSessions: "login",
  getJwt: "login",
  setUpTwoFactor: "login",
  confirmTwoFactor: "login",
  disableTwoFactor: "login",
  listUsers: "platform",
  createUser: "platform",
  getUser: "platform",
  renameUser: "platform",
  setPlatformAdmin: "platform",
  disableUser: "platform",
  enableUser: "platform",
  makePasswordLink: "platform",
  removeTwoFactor: "platform",
  endUserSessions: "platform",
  deleteUser: "platform",
  listMembers: "hidden",
  setMemberRole: "hidden",
  removeMember: "hidden",
  createInvitation: "hidden",
  listInvitations: "hidden",
  deleteInvitation: "hidden",
  lookAtInvitation: 403,
  acceptInvitation: "login",
  registerByInvitation: 403,
  getAccessSettings: "platform",
  setAccessSettings: "platform",
  listGuestTemplates: 403,
  createGuestPod: 403,
  getGuestPod: 403,
};

const template = {
  apiVersion: "agentpod/v1",
  kind: "Template",
  name: "secretive",
  title: { en: "acme's own", zh: "acme" },
  description: { en: "acme's own", zh: "acme" },
  spec: webSpec(),
};

/** What an agent package says of itself, too. */
const { spec: _, ...described } = template;

async function upload(name: string): Promise<{ chain: string; key: string }> {
  const { chain, key } = await issueCertificate(`CN=${name}`, { names: [name] });
  return { chain, key };
}

const provider = { name: "other", kind: "cloudflare", zones: ["acme.example"], credentials: { apiToken: "acme-secret-value" } };

/** Valid bodies, so that what refuses is the tenant and not the form. */
export const bodies: Record<string, unknown> = {
  createTenant: { name: "newcomer" },
  addAlertChannel: { name: "other", kind: "slack", config: { url: "https://hooks.example/acme-secret-value" } },
  addInstallationAlertChannel: { name: "other", kind: "slack", config: { url: "https://hooks.example/acme-secret-value" } },
  addAlertRule: { name: "other", kind: "unhealthy" },
  addInstallationAlertRule: { name: "other", kind: "unhealthy" },
  changeAlertRule: { forSeconds: 600 },
  changeInstallationAlertRule: { forSeconds: 600 },
  setAuditSettings: { archiveAfterDays: null, headWebhook: null, headEvery: 1000 },
  archiveAudit: { olderThanDays: 30 },
  setBackupSettings: { everyHours: 24, keep: 7 },
  applyTemplate: template,
  applyAgentPackage: { package: { ...described, kind: "AgentPackage" } },
  ...agentBodies,
  ...podBackupBodies,
  createPod: { name: "intruder", spec: webSpec() },
  upgradePods: { tenant: "acme", pod: "web" },
  updatePod: { spec: webSpec({ A: "b" }) },
  rollBackPod: { generation: 1 },
  adoptContainer: { container: "by-hand" },
  makePodFolder: { path: "/data/intruder" },
  createToken: { name: "intruder", tenant: "acme", role: "viewer" },
  ...llmBodies,
  updateRoute: { wake: true },
  addDomain: { name: "intruder.example" },
  verifyDomain: { method: "dns" },
  uploadCertificate: await upload("acme.example"),
  uploadInstallationCertificate: await upload("web-acme.localhost"),
  addDnsProvider: provider,
  addInstallationDnsProvider: provider,
  logIn: { email: "stranger@example.com", password: "not the password" },
  confirmLogIn: { challenge: "made up", code: "123456" },
  register: { email: "stranger@example.com", name: "Stranger", password: "a long password" },
  resetPassword: { secret: "made up", password: "a long password" },
  renameAccount: { name: "Changed" },
  changePassword: { current: "not the password", password: "a long password" },
  setUpTwoFactor: { password: "not the password" },
  confirmTwoFactor: { code: "123456" },
  disableTwoFactor: { password: "not the password" },
  createUser: { email: "intruder@example.com" },
  renameUser: { name: "Changed" },
  setPlatformAdmin: { platformAdmin: true },
  setMemberRole: { role: "viewer" },
  createInvitation: { role: "viewer" },
  lookAtInvitation: { secret: "made up" },
  lookAtHandOver: { secret: "made up" },
  useHandOver: { secret: "made up" },
  acceptInvitation: { secret: "made up" },
  registerByInvitation: { secret: "made up", email: "stranger@example.com", password: "a long password" },
  setAccessSettings: { registration: "open" },
  createGuestPod: { template: "secretive" },
  ...{ ...sourceBodies, ...deploymentBodies },
};

const queries: Record<string, string> = {
  ...sourceQueries,
  getTemplate: "?tenant=acme",
  applyTemplate: "?tenant=acme",
  ...agentQueries,
  uploadArtifact: "?tenant=acme",
  listPods: "?tenant=acme",
  planUpgrade: "?tenant=acme&pod=web",
  listOperations: "?tenant=acme",
  listPodFiles: "?path=/data",
  readPodFile: "?path=/data/acme",
  writePodFile: "?path=/data/acme",
  deletePodFile: "?path=/data/acme",
  events: "?tenant=acme",
  listAlerts: "?tenant=acme",
  listAlertDeliveries: "?tenant=acme",
  listAudit: "?tenant=acme",
  exportAudit: "?tenant=acme",
};

/** An installation with two tenants, acme with one of everything, to walk every route on. */
export interface WalkRig {
  rig: ApiRig;
  acmeToken: string;
  boltsToken: string;
  /** The route's path with acme's things in it. */
  pathOf(route: Route): string;
  /** Asks with the headers given, and a body that is valid. */
  ask(route: Route, headers: Record<string, string>): Promise<{ status: number; text: string }>;
  /** What acme has that a stranger could change: intent, not what the reconciler writes meanwhile. */
  acmeState(): Promise<unknown>;
  /** The cookie of a user of a tenant. */
  logIn(tenant: string, role: TenantRole): Promise<string>;
}

export async function walkRig(serverUrl: string): Promise<WalkRig> {
  const rig = await apiRig(serverUrl);
  await rig.admin.tenants.create({ name: "acme" });
  await rig.admin.tenants.create({ name: "bolts" });
  const acmeToken = await rig.token("acme", roles.admin);
  const boltsToken = await rig.token("bolts", roles.admin);
  const acme = rig.client(acmeToken);
  await acme.templates.apply(template as never, "acme");
  const hidden = { ...webSpec(), units: [{ ...webSpec().units[0], env: { PASSWORD: "{{ secrets.password }}" } }] };
  await acme.pods.create("acme", { name: "web", spec: hidden, inputs: { password: "acme-secret-value" } });
  rig.published.set("acme.example", "dns");
  const made: { status: number; body: { id?: string; invitation?: { id: string } } }[] = [];
  for (const [path, body] of [
    ["/domains", { name: "acme.example" }],
    ["/domains/acme.example/verify", {}],
    ["/dns-providers", { ...provider, name: "dns" }],
    ["/certificates", bodies.uploadCertificate],
    ["/invitations", { role: "viewer", email: "invited@acme.example" }],
    ["/alert-channels", { ...(bodies.addAlertChannel as object), name: "ops" }],
    ...llmThings,
    ["/alert-rules", { ...(bodies.addAlertRule as object), name: "sick" }],
  ] as const)
    made.push(await request(rig, acmeToken, "POST", `/tenants/acme${path}`, body));
  const failed = made.find((answer) => answer.status >= 300);
  if (failed) throw new Error(JSON.stringify(failed.body));
  await rig.deps.database.asSystem((store) => store.acme.saveLocalAuthority({ certificate: "public part", key: "acme-secret-value" }));
  const values: Record<string, string> = {
    ...(await backupOfAcme(rig)),
    ...(await sourceOfAcme(rig, acmeToken)),
    ...(await deploymentOfAcme(rig)),
    tenant: "acme",
    pod: "web",
    template: "secretive",
    package: "secretive",
    secret: "password",
    token: (await acme.tokens.list())[0]?.id ?? "",
    operation: await operationOfAcme(rig),
    index: "0",
    key: (await acme.llmKeys.list("acme"))[0]?.id ?? "",
    domain: "acme.example",
    certificate: made[3]?.body.id ?? "",
    provider: "dns",
    channel: "ops",
    rule: "sick",
    backup: "agentpod-20260101T000000000Z.tar",
    terminal: "9f8b7a6c-5d4e-4f3a-8b2c-1d0e9f8a7b6c",
    invitation: made[4]?.body.invitation?.id ?? "",
    user: await newUser(rig, "victim@acme.example", { tenant: "acme", role: "owner" }),
    session: "00000000-0000-4000-8000-000000000000",
    access: "00000000-0000-4000-8000-000000000000",
  };
  const pathOf = (route: Route) =>
    `${apiBase}${route.path.replaceAll(/\{(\w+)\}/g, (_, key: string) => values[key] ?? "x")}${queries[route.id] ?? ""}`;
  return {
    rig,
    acmeToken,
    boltsToken,
    pathOf,
    async ask(route, headers) {
      const body = route.takes === "tar" ? "tar" : JSON.stringify(bodies[route.id] ?? {});
      const response = await fetch(`${rig.url}${pathOf(route)}`, {
        method: route.method.toUpperCase(),
        redirect: "manual",
        headers,
        ...(route.method === "get" ? {} : { body }),
      });
      return { status: response.status, text: await response.text() };
    },
    acmeState: () => acmeState(rig, acmeToken),
    async logIn(tenant, role) {
      const email = `${role}@${tenant}.example`;
      await newUser(rig, email, { tenant, role });
      return (await browse(rig, email)).cookie ?? "";
    },
  };
}

const lists =
  "domains certificates dns-providers members invitations alert-channels alert-rules pod-backups deployments backup-targets backup-schedules";

async function acmeState(rig: ApiRig, acmeToken: string): Promise<unknown> {
  const acme = rig.client(acmeToken);
  const pods = await acme.pods.list();
  const templates = (await acme.templates.list()).map((entry) => `${entry.name}@${entry.version}`);
  const parts = [...lists.split(" "), ...llmLists].map(
    async (what) => (await request(rig, acmeToken, "GET", `/tenants/acme/${what}`)).body,
  );
  return {
    pods: pods.map((pod) => [pod.id, pod.desired, pod.generation]),
    revisions: await acme.pods.revisions("acme", "web"),
    tokens: (await acme.tokens.list()).map((token) => token.id),
    operations: (await acme.operations.list()).map(({ id, state, cancelledBy }) => [id, state, cancelledBy]),
    templates,
    parts: await Promise.all(parts),
  };
}
