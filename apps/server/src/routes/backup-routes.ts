import { Readable } from "node:stream";
import {
  backupCheck,
  backupSettingsView,
  backupStatus,
  createBackupRequest,
  setBackupSettingsRequest,
  startedBackup,
} from "@agentpod/core/api/backup-view";
import { AppError } from "@agentpod/core/errors";
import { type Principal, roles } from "@agentpod/core/permission";
import { z } from "zod";
import { needs, requirePlatform } from "../auth/access.ts";
import { route } from "./route.ts";

const tag = "Backups";
const params = z.object({ backup: z.string().max(100) });
const ofPlatform = { tenantId: null, tenant: null };

/** A backup holds everything of everybody: whoever takes one away may everything, everywhere. */
function requireEverything(principal: Principal): void {
  requirePlatform(principal, "taking a backup away");
  const lacking = roles.platform.find((permission) => !principal.permissions.has(permission));
  if (lacking !== undefined)
    throw new AppError("forbidden", `taking a backup away needs every permission, for it holds everything; yours lack ${lacking}`);
}

/** A tar that is broken off where it fails: the client never takes a part for the whole. */
function download(name: string, content: Readable, bytes: number | null): Response {
  return new Response(Readable.toWeb(content) as ReadableStream, {
    headers: {
      "content-type": "application/x-tar",
      "content-disposition": `attachment; filename="${name}"`,
      "cache-control": "no-store",
      ...(bytes !== null && { "content-length": String(bytes) }),
    },
  });
}

export const backupRoutes = [
  route({
    id: "listBackups",
    method: "get",
    path: "/backups",
    tag,
    summary: "Backups on this machine, when they are made by themselves, and how the last one ended",
    access: needs("platform.read"),
    answer: { status: 200, schema: backupStatus, description: "Backups" },
    async handle({ principal, deps }) {
      requirePlatform(principal, "looking at backups");
      return deps.backups.status();
    },
  }),
  route({
    id: "createBackup",
    method: "post",
    path: "/backups",
    tag,
    summary: "Begin a backup into the home of the control plane; how it ended, the list and the events say",
    access: needs("platform.settings"),
    audit: "backup.started",
    body: createBackupRequest,
    answer: { status: 202, schema: startedBackup, description: "It is being made" },
    async handle({ principal, asked, deps, body, change }) {
      requirePlatform(principal, "making a backup");
      const started = await deps.backups.start(body.passphrase, { actor: principal.actor, source: asked.client });
      await change(async (_store, note) => note({ ...ofPlatform, message: `backup ${started.name} was begun`, data: started }));
      return started;
    },
  }),
  route({
    id: "downloadNewBackup",
    method: "post",
    path: "/backups/download",
    tag,
    summary: "Make a backup and take it away; nothing of it is kept here",
    access: needs("platform.settings"),
    audit: "backup.downloaded",
    body: createBackupRequest,
    answer: { status: 200, schema: z.string(), type: "application/x-tar", description: "The backup" },
    async handle({ principal, deps, body, change }) {
      requireEverything(principal);
      const { name, content } = await deps.backups.stream(body.passphrase);
      await change(async (_store, note) => note({ ...ofPlatform, message: `backup ${name} was made and taken away`, data: { name } }));
      return download(name, content, null);
    },
  }),
  route({
    id: "downloadBackup",
    method: "get",
    path: "/backups/{backup}/file",
    tag,
    summary: "Take a backup away",
    access: needs("platform.settings"),
    audit: "backup.downloaded",
    params,
    answer: { status: 200, schema: z.string(), type: "application/x-tar", description: "The backup" },
    async handle({ principal, deps, params, change }) {
      requireEverything(principal);
      const { bytes, content } = await deps.backups.read(params.backup);
      await change(async (_store, note) =>
        note({ ...ofPlatform, message: `backup ${params.backup} was taken away`, data: { name: params.backup } }),
      );
      return download(params.backup, content, bytes);
    },
  }),
  route({
    id: "verifyBackup",
    method: "post",
    path: "/backups/{backup}/verify",
    tag,
    summary: "Read a whole backup back and check every part of it",
    access: needs("platform.settings"),
    audit: "backup.verified",
    params,
    answer: { status: 200, schema: backupCheck, description: "It is whole" },
    async handle({ principal, deps, params, change }) {
      requirePlatform(principal, "verifying a backup");
      const found = await deps.backups.verify(params.backup);
      await change(async (_store, note) =>
        note({ ...ofPlatform, message: `backup ${params.backup} is whole: ${found.rows} rows`, data: { name: params.backup } }),
      );
      return found;
    },
  }),
  route({
    id: "deleteBackup",
    method: "delete",
    path: "/backups/{backup}",
    tag,
    summary: "Delete a backup",
    access: needs("platform.settings"),
    audit: "backup.deleted",
    params,
    answer: { status: 204, description: "Deleted" },
    async handle({ principal, deps, params, change }) {
      requirePlatform(principal, "deleting a backup");
      await deps.backups.remove(params.backup);
      await change(async (_store, note) =>
        note({ ...ofPlatform, message: `backup ${params.backup} was deleted`, data: { name: params.backup } }),
      );
    },
  }),
  route({
    id: "setBackupSettings",
    method: "put",
    path: "/backups/settings",
    tag,
    summary: "How often a backup is made by itself, how many are kept, and the passphrase of the key in them",
    access: needs("platform.settings"),
    audit: "backup.settings_changed",
    rows: "system",
    body: setBackupSettingsRequest,
    answer: { status: 200, schema: backupSettingsView, description: "The settings" },
    async handle({ principal, deps, body, change }) {
      const store = await deps.backups.settle(body);
      await change(async (tables, note) => {
        await store(tables, principal.actor);
        const { passphrase, ...data } = body;
        const key = passphrase === undefined ? "unchanged" : passphrase === null ? "removed" : "set";
        note({ ...ofPlatform, message: "backup settings were changed", data: { ...data, passphrase: key } });
      });
      return (await deps.backups.status()).settings;
    },
  }),
];
