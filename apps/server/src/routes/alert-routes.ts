import { type AlertChannel, type AlertRule, platformAlertKinds } from "@agentpod/core/alert";
import { type ChannelConfigs, channelTarget } from "@agentpod/core/alert-channel-config";
import type { AlertDelivery } from "@agentpod/core/alert-store";
import {
  addAlertChannelRequest,
  addAlertRuleRequest,
  alertChannelView,
  alertDeliveryView,
  alertRuleView,
  alertView,
  changeAlertRuleRequest,
} from "@agentpod/core/api/alert-view";
import { AppError } from "@agentpod/core/errors";
import { name } from "@agentpod/core/name";
import type { Store } from "@agentpod/core/store";
import { z } from "zod";
import { testChannel } from "../alerts/test-channel.ts";
import { type Access, needs, requirePlatform } from "../auth/access.ts";
import { count, flag } from "./path-params.ts";
import { type Call, type Note, type Route, route } from "./route.ts";

const tag = "Alerts";

const showChannel = ({ id, tenant, name, kind, language, target, createdAt }: AlertChannel) => ({
  id,
  tenant,
  name,
  kind,
  language,
  target,
  createdAt,
});
const showRule = ({ tenantId: _, ...rule }: AlertRule) => rule;
const showDelivery = ({ channelId: _, language: __, notice, ...delivery }: AlertDelivery) => ({
  ...delivery,
  phase: notice.phase,
  subject: notice.subject,
});

/** The same calls for a tenant's own and for the installation's: where they are, who may, and whose rows they are about. */
interface Scope {
  path: string;
  /** After each id, which is unique. */
  of: string;
  read: Access;
  write: Access;
  /** Of the path before the ids. */
  params: z.ZodRawShape;
}

const tenants: Scope = {
  path: "/tenants/{tenant}",
  of: "",
  read: needs("alert.read"),
  write: needs("alert.write"),
  params: { tenant: name },
};
const platform: Scope = {
  path: "",
  of: "Installation",
  read: needs("platform.read"),
  write: needs("platform.settings"),
  params: {},
};

type Params = { tenant?: string };

const paramsOf = <T extends object = object>({ params }: Scope, ids: z.ZodRawShape = {}) =>
  z.object({ ...params, ...ids }) as unknown as z.ZodType<Params & T>;

/** Whose: a tenant's id and name, or null for the installation. Throws where the caller may not. */
async function ownerOf(
  { principal }: Pick<Call, "principal">,
  store: Store,
  { tenant }: Params,
): Promise<{ id: string; name: string } | null> {
  if (tenant !== undefined) return store.tenants.get(tenant);
  requirePlatform(principal, "alerting of the installation");
  return null;
}

const note = (owner: { tenantId: string | null; tenant: string | null }, message: string, data: Record<string, unknown>): Note => ({
  tenantId: owner.tenantId,
  tenant: owner.tenant,
  message,
  data,
});

function checkRule(rule: Pick<AlertRule, "kind" | "text" | "level">, tenant: string | undefined): void {
  if (tenant !== undefined && platformAlertKinds.includes(rule.kind))
    throw new AppError("invalid", `A rule about ${rule.kind} is the installation's, not a tenant's.`);
  if (rule.kind !== "log" && (rule.text !== null || rule.level !== null))
    throw new AppError("invalid", `Text and level are for rules about logs; one about ${rule.kind} has none.`);
}

const channelRoutes = (scope: Scope): Route[] => [
  route<Params>({
    id: `list${scope.of}AlertChannels`,
    method: "get",
    path: `${scope.path}/alert-channels`,
    tag,
    summary: "List the channels that alerts go to",
    access: scope.read,
    params: paramsOf(scope),
    answer: { status: 200, schema: z.array(alertChannelView), description: "By name, without what is secret" },
    handle: (call) =>
      call.read(async (store) => {
        const owner = await ownerOf(call, store, call.params);
        return (await store.alertChannels.list({ tenant: owner?.name ?? null })).map(showChannel);
      }),
  }),
  route<Params, unknown, z.output<typeof addAlertChannelRequest>>({
    id: `add${scope.of}AlertChannel`,
    method: "post",
    path: `${scope.path}/alert-channels`,
    tag,
    summary: "Add a channel; what it logs in with is never shown again",
    access: scope.write,
    audit: "alert_channel.added",
    params: paramsOf(scope),
    body: addAlertChannelRequest,
    answer: { status: 201, schema: alertChannelView, description: "The channel, without what is secret" },
    handle: (call) =>
      call.change(async (store, tell) => {
        const owner = await ownerOf(call, store, call.params);
        const { name, kind, language, config } = call.body;
        const target = channelTarget(kind, config as ChannelConfigs[typeof kind]);
        const channel = await store.alertChannels.insert({
          tenantId: owner?.id ?? null,
          name,
          kind,
          language,
          target,
          config: config as ChannelConfigs[typeof kind],
        });
        tell(note(channel, `alert channel ${name} to ${target} added`, { channel: name, kind }));
        return showChannel(channel);
      }),
  }),
  route<Params & { channel: string }>({
    id: `delete${scope.of}AlertChannel`,
    method: "delete",
    path: `${scope.path}/alert-channels/{channel}`,
    tag,
    summary: "Remove a channel, with what is still to be told to it",
    access: scope.write,
    audit: "alert_channel.removed",
    params: paramsOf<{ channel: string }>(scope, { channel: name }),
    answer: { status: 204, description: "It is gone" },
    handle: (call) =>
      call.change(async (store, tell) => {
        const owner = await ownerOf(call, store, call.params);
        const channel = await store.alertChannels.get(owner?.name ?? null, call.params.channel);
        await store.alertChannels.delete(channel.id);
        tell(note(channel, `alert channel ${channel.name} removed`, { channel: channel.name, kind: channel.kind }));
      }),
  }),
  route<Params & { channel: string }>({
    id: `test${scope.of}AlertChannel`,
    method: "post",
    path: `${scope.path}/alert-channels/{channel}/test`,
    tag,
    summary: "Send a test notice now; an error says why it was not taken",
    access: scope.write,
    audit: "alert_channel.tested",
    params: paramsOf<{ channel: string }>(scope, { channel: name }),
    answer: { status: 204, description: "The channel took it" },
    async handle(call) {
      const channel = await call.read(async (store) => {
        const owner = await ownerOf(call, store, call.params);
        return store.alertChannels.get(owner?.name ?? null, call.params.channel);
      });
      await testChannel(call.deps, channel);
      await call.change(async (_store, tell) =>
        tell(note(channel, `alert channel ${channel.name} took a test notice`, { channel: channel.name })),
      );
    },
  }),
];

const ruleRoutes = (scope: Scope): Route[] => [
  route<Params>({
    id: `list${scope.of}AlertRules`,
    method: "get",
    path: `${scope.path}/alert-rules`,
    tag,
    summary: "List the rules by which somebody is told; three failures in a row always are",
    access: scope.read,
    params: paramsOf(scope),
    answer: { status: 200, schema: z.array(alertRuleView), description: "By name" },
    handle: (call) =>
      call.read(async (store) => {
        const owner = await ownerOf(call, store, call.params);
        return (await store.alertRules.list({ tenant: owner?.name ?? null })).map(showRule);
      }),
  }),
  route<Params, unknown, z.output<typeof addAlertRuleRequest>>({
    id: `add${scope.of}AlertRule`,
    method: "post",
    path: `${scope.path}/alert-rules`,
    tag,
    summary: "Add a rule",
    access: scope.write,
    audit: "alert_rule.added",
    params: paramsOf(scope),
    body: addAlertRuleRequest,
    answer: { status: 201, schema: alertRuleView, description: "The rule" },
    handle: (call) =>
      call.change(async (store, tell) => {
        const owner = await ownerOf(call, store, call.params);
        checkRule(call.body, owner?.name);
        for (const channel of call.body.channels) await store.alertChannels.get(owner?.name ?? null, channel);
        const rule = await store.alertRules.insert({ ...call.body, tenantId: owner?.id ?? null });
        tell(note(rule, `alert rule ${rule.name} added`, { rule: rule.name, kind: rule.kind }));
        return showRule(rule);
      }),
  }),
  route<Params & { rule: string }, unknown, z.output<typeof changeAlertRuleRequest>>({
    id: `change${scope.of}AlertRule`,
    method: "put",
    path: `${scope.path}/alert-rules/{rule}`,
    tag,
    summary: "Change what a rule is about; its open alerts stay while it still finds them",
    access: scope.write,
    audit: "alert_rule.changed",
    params: paramsOf<{ rule: string }>(scope, { rule: name }),
    body: changeAlertRuleRequest,
    answer: { status: 200, schema: alertRuleView, description: "The rule" },
    handle: (call) =>
      call.change(async (store, tell) => {
        const owner = await ownerOf(call, store, call.params);
        const rule = { ...(await store.alertRules.get(owner?.name ?? null, call.params.rule)), ...call.body };
        checkRule(rule, owner?.name);
        for (const channel of rule.channels) await store.alertChannels.get(owner?.name ?? null, channel);
        await store.alertRules.replace(rule);
        tell(note(rule, `alert rule ${rule.name} changed`, { rule: rule.name, kind: rule.kind }));
        return showRule(rule);
      }),
  }),
  route<Params & { rule: string }>({
    id: `delete${scope.of}AlertRule`,
    method: "delete",
    path: `${scope.path}/alert-rules/{rule}`,
    tag,
    summary: "Remove a rule; what it found counts as resolved",
    access: scope.write,
    audit: "alert_rule.removed",
    params: paramsOf<{ rule: string }>(scope, { rule: name }),
    answer: { status: 204, description: "It is gone" },
    handle: (call) =>
      call.change(async (store, tell) => {
        const owner = await ownerOf(call, store, call.params);
        const rule = await store.alertRules.get(owner?.name ?? null, call.params.rule);
        await store.alertRules.delete(rule.id);
        tell(note(rule, `alert rule ${rule.name} removed`, { rule: rule.name, kind: rule.kind }));
      }),
  }),
];

async function requireVisible({ principal, read }: Pick<Call, "principal" | "read">, tenant: string | undefined): Promise<void> {
  if (tenant !== undefined && principal.tenants !== "*") await read((store) => store.tenants.get(tenant));
}

const limit = count(1, 1000).default(100);

export const alertRoutes: Route[] = [
  ...channelRoutes(tenants),
  ...channelRoutes(platform),
  ...ruleRoutes(tenants),
  ...ruleRoutes(platform),
  route({
    id: "listAlerts",
    method: "get",
    path: "/alerts",
    tag,
    summary: "What is, or was, the matter; the newest first",
    access: needs("alert.read"),
    query: z.strictObject({ tenant: name.optional(), open: flag, limit }),
    answer: { status: 200, schema: z.array(alertView), description: "Of the caller's tenants" },
    async handle(call) {
      const { tenant, open, limit } = call.query;
      await requireVisible(call, tenant);
      const alerts = await call.read((store) => store.alerts.list({ open, ...(tenant === undefined ? {} : { tenant }) }, limit));
      return alerts.map(({ tenantId: _, ruleId: __, quietSince: ___, ...alert }) => alert);
    },
  }),
  route({
    id: "listAlertDeliveries",
    method: "get",
    path: "/alert-deliveries",
    tag,
    summary: "What channels were told, and what they did not take",
    access: needs("alert.read"),
    query: z.strictObject({ tenant: name.optional(), limit }),
    answer: { status: 200, schema: z.array(alertDeliveryView), description: "The newest first" },
    async handle(call) {
      const { tenant, limit } = call.query;
      await requireVisible(call, tenant);
      return (await call.read((store) => store.alerts.deliveries(tenant === undefined ? {} : { tenant }, limit))).map(showDelivery);
    },
  }),
];
