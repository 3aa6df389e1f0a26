import { addBackupTargetRequest, type BackupTargetView, backupTargetView } from "@agentpod/core/api/pod-backup-view";
import type { BackupTarget } from "@agentpod/core/backup-target";
import { AppError } from "@agentpod/core/errors";
import { name } from "@agentpod/core/name";
import type { Store } from "@agentpod/core/store";
import type { Tenant } from "@agentpod/core/tenant";
import { z } from "zod";
import { needs, requirePlatform } from "../auth/access.ts";
import { tenantParams } from "./path-params.ts";
import { type Call, type Note, route } from "./route.ts";

const tag = "Backups of pods";
const target = z.object({ target: name });
const list = { status: 200, schema: z.array(backupTargetView), description: "By name, without credentials" } as const;
const added = { status: 201, schema: backupTargetView, description: "The target, without credentials" } as const;
const gone = { status: 204, description: "It is gone; what lies there stays" } as const;

const show = ({ id, tenant, name, config, createdAt }: BackupTarget): BackupTargetView => ({ id, tenant, name, config, createdAt });

const noteTarget = ({ tenantId, tenant, name, config }: BackupTarget, message: string): Note => ({
  tenantId,
  tenant,
  message,
  data: { target: name, kind: config.kind },
});

/** `owner`: gives the tenant, or null for the installation; throws where the caller may not. */
async function add(
  { deps, read, change }: Pick<Call, "deps" | "read" | "change">,
  { name, config, credentials }: z.output<typeof addBackupTargetRequest>,
  owner: (store: Store) => Promise<Tenant | null>,
): Promise<BackupTargetView> {
  // Asked first, so that nobody has something tried for a tenant that is not theirs.
  const tenant = await read(owner);
  if (config.kind === "folder" && tenant !== null)
    throw new AppError("forbidden", "a folder of AgentPod's machine can be a target of the installation alone; give an S3 bucket");
  if (config.kind === "s3" && credentials === undefined)
    throw new AppError("invalid", "an S3 target needs an access key", {
      issues: [{ path: "credentials", expected: "accessKeyId and secretAccessKey" }],
    });
  await deps.volumeBackups.test(config, credentials ?? null);
  return change(async (store, note) => {
    const tenant = await owner(store);
    const stored = await store.backupTargets.insert({ tenantId: tenant?.id ?? null, name, config, credentials: credentials ?? null });
    note(noteTarget(stored, `backup target ${stored.name} added`));
    return show(stored);
  });
}

const remove = ({ change }: Pick<Call, "change">, tenant: string | null, name: string) =>
  change(async (store, note) => {
    const found = await store.backupTargets.get(tenant, name);
    await store.backupTargets.delete(found.id);
    note(noteTarget(found, `backup target ${found.name} removed`));
  });

export const backupTargetRoutes = [
  route({
    id: "listBackupTargets",
    method: "get",
    path: "/tenants/{tenant}/backup-targets",
    tag,
    summary: "Where backups of a tenant's pods can be put: its own targets and the installation's",
    access: needs("backup.read"),
    params: tenantParams,
    answer: list,
    handle: ({ params, read }) =>
      read(async (store) => {
        await store.tenants.get(params.tenant);
        return (await store.backupTargets.list({ tenant: params.tenant })).map(show);
      }),
  }),
  route({
    id: "addBackupTarget",
    method: "post",
    path: "/tenants/{tenant}/backup-targets",
    tag,
    summary: "Add an S3 bucket for a tenant's backups; it is written to, read and cleared first, and its key never shown again",
    access: needs("backup.write"),
    audit: "backup_target.added",
    params: tenantParams,
    body: addBackupTargetRequest,
    answer: added,
    handle: (call) => add(call, call.body, (store) => store.tenants.get(call.params.tenant)),
  }),
  route({
    id: "deleteBackupTarget",
    method: "delete",
    path: "/tenants/{tenant}/backup-targets/{target}",
    tag,
    summary: "Remove a tenant's backup target that no backup and no schedule needs",
    access: needs("backup.write"),
    audit: "backup_target.removed",
    params: tenantParams.extend(target.shape),
    answer: gone,
    handle: (call) => remove(call, call.params.tenant, call.params.target),
  }),
  route({
    id: "listInstallationBackupTargets",
    method: "get",
    path: "/backup-targets",
    tag,
    summary: "The installation's backup targets, which every tenant may use",
    access: needs("platform.read"),
    answer: list,
    async handle({ principal, read }) {
      requirePlatform(principal, "listing the installation's backup targets");
      return read(async (store) => (await store.backupTargets.list({ tenant: null })).map(show));
    },
  }),
  route({
    id: "addInstallationBackupTarget",
    method: "post",
    path: "/backup-targets",
    tag,
    summary: "Add a folder or an S3 bucket for backups of every tenant's pods",
    access: needs("platform.settings"),
    audit: "backup_target.added",
    body: addBackupTargetRequest,
    answer: added,
    async handle(call) {
      requirePlatform(call.principal, "a backup target of the installation");
      return add(call, call.body, async () => null);
    },
  }),
  route({
    id: "deleteInstallationBackupTarget",
    method: "delete",
    path: "/backup-targets/{target}",
    tag,
    summary: "Remove a backup target of the installation that no backup and no schedule needs",
    access: needs("platform.settings"),
    audit: "backup_target.removed",
    params: target,
    answer: gone,
    async handle(call) {
      requirePlatform(call.principal, "removing the installation's backup targets");
      return remove(call, null, call.params.target);
    },
  }),
];
