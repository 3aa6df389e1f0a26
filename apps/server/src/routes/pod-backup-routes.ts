import {
  begunPodBackup,
  begunRestore,
  createPodBackupRequest,
  type PodBackupView,
  podBackupView,
  restorePodBackupRequest,
} from "@agentpod/core/api/pod-backup-view";
import { AppError } from "@agentpod/core/errors";
import { name } from "@agentpod/core/name";
import { podLabel } from "@agentpod/core/pod";
import type { Store } from "@agentpod/core/store";
import type { VolumeBackup } from "@agentpod/core/volume-backup";
import { z } from "zod";
import { needs } from "../auth/access.ts";
import { queueBackup, queueCopy, queueDrill, queueRestore } from "../volume-backups/queue-backup.ts";
import { notePod } from "./note-pod.ts";
import { podParams, tenantParams } from "./path-params.ts";
import { type Note, route } from "./route.ts";

const tag = "Backups of pods";
const params = tenantParams.extend({ podBackup: z.uuid("the id of a backup") });
const begun = { status: 202, schema: begunRestore, description: "Begun; its operation tells how it goes on" } as const;

function show(backup: VolumeBackup): PodBackupView {
  const { tenantId: _tenant, targetId: _target, unit: _unit, dump: _dump, checkedBy: _checkedBy, operationId, ...shown } = backup;
  return { ...shown, operation: operationId };
}

/** Of the tenant that the address names. */
export async function backupOf(store: Store, tenant: string, id: string): Promise<VolumeBackup> {
  const { id: tenantId } = await store.tenants.get(tenant);
  const backup = await store.volumeBackups.get(id);
  if (backup.tenantId !== tenantId || backup.unit !== null)
    throw new AppError("not_found", `There is no backup ${id}; agentpod pod backup list shows those there are.`);
  return backup;
}

const noteBackup = ({ tenantId, tenant, pod, podId, id }: VolumeBackup, message: string, data: object = {}): Note => ({
  tenantId,
  tenant,
  pod,
  podId,
  message,
  data: { backup: id, ...data },
});

export const podBackupRoutes = [
  route({
    id: "listPodBackups",
    method: "get",
    path: "/tenants/{tenant}/pod-backups",
    tag,
    summary: "Backups of the volumes of a tenant's pods, those of deleted pods too",
    access: needs("backup.read"),
    params: tenantParams,
    query: z.strictObject({ pod: name.optional() }),
    answer: { status: 200, schema: z.array(podBackupView), description: "The newest first" },
    handle: ({ params, query, read }) =>
      read(async (store) => {
        await store.tenants.get(params.tenant);
        const found = await store.volumeBackups.list({
          kind: "volumes",
          tenant: params.tenant,
          ...(query.pod !== undefined && { pod: query.pod }),
        });
        return found.map(show);
      }),
  }),
  route({
    id: "createPodBackup",
    method: "post",
    path: "/tenants/{tenant}/pods/{pod}/backups",
    tag,
    summary: "Begin a backup of a pod's volumes; it is read back before it counts",
    access: needs("backup.write"),
    audit: "pod.backup_asked",
    params: podParams,
    body: createPodBackupRequest,
    answer: { status: 202, schema: begunPodBackup, description: "Begun; its operation tells how it goes on" },
    handle: ({ params, body, principal, deps, change }) =>
      change(async (store, note) => {
        const pod = await store.pods.get(params.tenant, params.pod);
        const target = await targetNamed(store, params.tenant, body.target);
        const asked = { target, live: body.live, trigger: "request" as const, actor: principal.actor, at: deps.clock() };
        const made = await queueBackup(store, pod, asked);
        note(notePod(pod, `a backup of ${podLabel(pod)} was asked for`, { ...made, live: body.live }));
        return made;
      }),
  }),
  route({
    id: "getPodBackup",
    method: "get",
    path: "/tenants/{tenant}/pod-backups/{podBackup}",
    tag,
    summary: "One backup: its volumes, when it was last read back, and how its restore drill went",
    access: needs("backup.read"),
    params,
    answer: { status: 200, schema: podBackupView, description: "The backup" },
    handle: ({ params, read }) => read(async (store) => show(await backupOf(store, params.tenant, params.podBackup))),
  }),
  route({
    id: "verifyPodBackup",
    method: "post",
    path: "/tenants/{tenant}/pod-backups/{podBackup}/verify",
    tag,
    summary: "Read a backup back from its target and check every byte of it",
    access: needs("backup.write"),
    audit: "pod.backup_verified",
    params,
    answer: { status: 200, schema: podBackupView, description: "It is whole" },
    async handle({ params, deps, read, change, signal }) {
      const found = await read((store) => backupOf(store, params.tenant, params.podBackup));
      await deps.volumeBackups.verify(found, signal);
      return change(async (store, note) => {
        const verified = await backupOf(store, params.tenant, params.podBackup);
        note(noteBackup(verified, `backup ${verified.id} of ${verified.tenant}/${verified.pod} is whole`));
        return show(verified);
      });
    },
  }),
  route({
    id: "restorePodBackup",
    method: "post",
    path: "/tenants/{tenant}/pod-backups/{podBackup}/restore",
    tag,
    summary: "Bring a backup back: into its pod, which keeps what it has until it is up with the old data, or as a new pod",
    access: needs("backup.write"),
    audit: "pod.restore_asked",
    params,
    body: restorePodBackupRequest,
    answer: begun,
    handle: ({ params, body, principal, change }) =>
      change(async (store, note) => {
        const backup = await backupOf(store, params.tenant, params.podBackup);
        requireReady(backup);
        if (body.as !== undefined && body.pod !== undefined)
          throw new AppError("invalid", "give the pod whose data is replaced, or the name of a new one");
        if (body.as !== undefined) {
          if (await store.pods.find(params.tenant, body.as))
            throw new AppError("conflict", `Pod ${params.tenant}/${body.as} already exists: choose another name.`);
          const { id } = await queueCopy(store, backup, body.as, principal.actor);
          note(noteBackup(backup, `backup ${backup.id} is to be brought back as ${params.tenant}/${body.as}`, { as: body.as }));
          return { backup: backup.id, operation: id, pod: body.as };
        }
        const pod = await store.pods.get(params.tenant, body.pod ?? backup.pod);
        const { id } = await queueRestore(store, backup, pod, principal.actor);
        note(notePod(pod, `backup ${backup.id} is to be brought back into ${podLabel(pod)}`, { backup: backup.id }));
        return { backup: backup.id, operation: id, pod: pod.name };
      }),
  }),
  route({
    id: "drillPodBackup",
    method: "post",
    path: "/tenants/{tenant}/pod-backups/{podBackup}/drill",
    tag,
    summary: "Rehearse the restore of a backup: a throw-away pod is made from it, has to come up healthy, and is deleted again",
    access: needs("backup.write"),
    audit: "pod.drill_asked",
    params,
    answer: begun,
    handle: ({ params, principal, change }) =>
      change(async (store, note) => {
        const backup = await backupOf(store, params.tenant, params.podBackup);
        requireReady(backup);
        const { id } = await queueDrill(store, backup, null, principal.actor);
        note(noteBackup(backup, `a restore drill of backup ${backup.id} was asked for`));
        return { backup: backup.id, operation: id, pod: backup.pod };
      }),
  }),
  route({
    id: "deletePodBackup",
    method: "delete",
    path: "/tenants/{tenant}/pod-backups/{podBackup}",
    tag,
    summary: "Delete a backup, at its target too",
    access: needs("backup.write"),
    audit: "pod.backup_deleted",
    params,
    answer: { status: 204, description: "It is gone" },
    async handle({ params, deps, read, change }) {
      const found = await read((store) => backupOf(store, params.tenant, params.podBackup));
      await deps.volumeBackups.remove(found);
      await change(async (_store, note) => note(noteBackup(found, `backup ${found.id} of ${found.tenant}/${found.pod} was deleted`)));
    },
  }),
];

function requireReady({ id, state }: VolumeBackup): void {
  if (state !== "ready") throw new AppError("conflict", `Backup ${id} is ${state}: only a whole one can be brought back.`);
}

/** The tenant's own first, then the installation's; null for the folder of the home. */
export async function targetNamed(store: Store, tenant: string, name: string | undefined): Promise<string | null> {
  if (name === undefined) return null;
  const found = (await store.backupTargets.list({ tenant })).filter((target) => target.name === name);
  const [target] = found.toSorted((a, b) => Number(a.tenantId === null) - Number(b.tenantId === null));
  if (target === undefined)
    throw new AppError("not_found", `There is no backup target ${name}; agentpod backup target list shows those there are.`);
  return target.id;
}
