import { archiveRequest, archiveResult, auditSettings, auditStatus, auditVerification } from "@agentpod/core/api/audit-view";
import { eventView } from "@agentpod/core/api/event-view";
import { name } from "@agentpod/core/name";
import type { EventFilter } from "@agentpod/core/store";
import { z } from "zod";
import { exportEvents, exportTypes } from "../audit/export-events.ts";
import { auditSettingsKey, readAuditSettings } from "../audit/read-audit-settings.ts";
import { needs, requirePlatform } from "../auth/access.ts";
import { count } from "./path-params.ts";
import { type Call, route } from "./route.ts";
import { streamText } from "./stream-text.ts";

const tag = "Audit";
const time = z.iso.datetime({ offset: true, message: "a time such as 2026-01-31T12:00:00Z" });

const filters = {
  tenant: name.optional(),
  pod: name.optional(),
  actor: z.string().max(200).optional(),
  /** `pod.created`, or all of a kind as `pod.*`. */
  type: z.string().max(100).optional(),
  source: z.string().max(100).optional(),
  result: z.enum(["ok", "refused", "failed"]).optional(),
  from: time.optional(),
  to: time.optional(),
  text: z.string().min(1).max(200).optional(),
};

const given = (query: object): EventFilter => Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined));

/** Events outlive their tenant, so one that is gone is looked for by who sees every tenant only. */
async function requireVisible({ principal, read }: Pick<Call, "principal" | "read">, tenant: string | undefined): Promise<void> {
  if (tenant !== undefined && principal.tenants !== "*") await read((store) => store.tenants.get(tenant));
}

export const auditRoutes = [
  route({
    id: "listAudit",
    method: "get",
    path: "/audit",
    tag,
    summary: "Who did what, when, from where, and what came of it; the newest first",
    access: needs("event.read"),
    query: z.strictObject({
      ...filters,
      /** Events before this one: the cursor of the last that was given. */
      before: z
        .string()
        .regex(/^\d{1,19}-\d{1,18}$/, "an event cursor, as an earlier event gave it")
        .optional(),
      limit: count(1, 1000).default(100),
    }),
    answer: { status: 200, schema: z.array(eventView), description: "A page of events" },
    async handle(call) {
      const { before, limit, ...filter } = call.query;
      await requireVisible(call, filter.tenant);
      return call.read((store) => store.events.latest(given(filter), limit, before));
    },
  }),
  route({
    id: "exportAudit",
    method: "get",
    path: "/audit/export",
    tag,
    summary: "All events that fit, oldest first, as CSV or JSON lines",
    access: needs("event.read"),
    query: z.strictObject({ ...filters, format: z.enum(["csv", "jsonl"]).default("jsonl") }),
    answer: { status: 200, schema: eventView, type: "application/x-ndjson", description: "One line per event; CSV begins with a heading" },
    async handle(call) {
      const { format, ...filter } = call.query;
      await requireVisible(call, filter.tenant);
      // What happens meanwhile is not part of it: an export has an end.
      const until = { to: call.deps.clock().toISOString(), ...given(filter) };
      return streamText(call.deps.log, exportEvents(call.read, until, format), {
        "content-type": exportTypes[format],
        "content-disposition": `attachment; filename="agentpod-audit.${format}"`,
      });
    },
  }),
  route({
    id: "getAuditStatus",
    method: "get",
    path: "/audit/status",
    tag,
    summary: "Where the chain over the events stands, its archives, and the settings",
    access: needs("platform.read"),
    answer: { status: 200, schema: auditStatus, description: "The chain" },
    async handle({ principal, deps }) {
      requirePlatform(principal, "looking at the audit chain");
      return deps.database.asSystem(async (store) => ({
        head: await store.audit.head(),
        settings: await readAuditSettings(store),
        archives: await store.audit.archives(),
      }));
    },
  }),
  route({
    id: "setAuditSettings",
    method: "put",
    path: "/audit/settings",
    tag,
    summary: "When events are archived, and where the chain's head is told",
    access: needs("platform.settings"),
    audit: "audit.settings_changed",
    body: auditSettings,
    answer: { status: 200, schema: auditSettings, description: "The settings" },
    async handle({ principal, body, change }) {
      requirePlatform(principal, "the audit settings");
      return change(async (store, note) => {
        await store.settings.set(auditSettingsKey, body, principal.actor);
        const { headWebhook, ...data } = body;
        note({
          tenantId: null,
          tenant: null,
          message: "audit settings were changed",
          data: { ...data, headWebhook: headWebhook !== null },
        });
        return body;
      });
    },
  }),
  route({
    id: "verifyAudit",
    method: "post",
    path: "/audit/verify",
    tag,
    summary: "Walk the whole chain, archives included, and name the first event that was edited, removed or put in",
    access: needs("platform.read"),
    audit: "audit.verified",
    answer: { status: 200, schema: auditVerification, description: "What was found" },
    async handle({ principal, deps, change }) {
      requirePlatform(principal, "verifying the audit chain");
      const found = await deps.audit.verify();
      await change(async (_store, note) => {
        const { intact, events, head, broken } = found;
        note({
          tenantId: null,
          tenant: null,
          message: broken === null ? `audit chain of ${events} events is intact` : `audit chain is broken: ${broken.message}`,
          data: { events, head, broken },
          outcome: { type: "audit.verified", result: intact ? "ok" : "failed" },
        });
      });
      return found;
    },
  }),
  route({
    id: "archiveAudit",
    method: "post",
    path: "/audit/archive",
    tag,
    summary: "Move old events out of the database into files; the chain goes on from them",
    access: needs("platform.settings"),
    audit: "audit.archived",
    body: archiveRequest,
    answer: { status: 200, schema: archiveResult, description: "What was archived" },
    async handle({ principal, deps, body, change }) {
      requirePlatform(principal, "archiving events");
      const result = await deps.audit.archive(body.olderThanDays);
      await change(async (_store, note) =>
        note({
          tenantId: null,
          tenant: null,
          message: `${result.events} events older than ${body.olderThanDays} days were archived`,
          data: { events: result.events, files: result.archives.map((archive) => archive.file) },
        }),
      );
      return result;
    },
  }),
];
