import { randomUUID } from "node:crypto";
import { addBackupTargetRequest } from "@agentpod/core/api/pod-backup-view";
import type { ApiRig } from "./api-rig.ts";

/** What a stranger gets of backups of pods, for the walk over all routes. */
export const podBackupStrangers: Record<string, "hidden" | "platform"> = {
  listPodBackups: "hidden",
  createPodBackup: "hidden",
  getPodBackup: "hidden",
  verifyPodBackup: "hidden",
  restorePodBackup: "hidden",
  drillPodBackup: "hidden",
  deletePodBackup: "hidden",
  listBackupSchedules: "hidden",
  getBackupSchedule: "hidden",
  setBackupSchedule: "hidden",
  deleteBackupSchedule: "hidden",
  listDumps: "hidden",
  createDump: "hidden",
  getDump: "hidden",
  verifyDump: "hidden",
  restoreDump: "hidden",
  deleteDump: "hidden",
  listDumpSchedules: "hidden",
  getDumpSchedule: "hidden",
  setDumpSchedule: "hidden",
  deleteDumpSchedule: "hidden",
  listBackupTargets: "hidden",
  addBackupTarget: "hidden",
  deleteBackupTarget: "hidden",
  listInstallationBackupTargets: "platform",
  addInstallationBackupTarget: "platform",
  deleteInstallationBackupTarget: "platform",
};

const bucket = {
  name: "other",
  config: { kind: "s3", endpoint: "https://127.0.0.1:1", bucket: "acme-backups" },
  credentials: { accessKeyId: "AKIA", secretAccessKey: "acme-secret-value" },
};

export const podBackupBodies: Record<string, unknown> = {
  addBackupTarget: bucket,
  addInstallationBackupTarget: bucket,
  setBackupSchedule: { cron: "0 3 * * *" },
  setDumpSchedule: { cron: "0 3 * * *" },
};

/** One that is whole, and a bucket. */
export async function backupOfAcme(rig: ApiRig): Promise<{ podBackup: string; dump: string; target: string }> {
  const [podBackup, dump] = [randomUUID(), randomUUID()];
  await rig.deps.database.asSystem(async (store) => {
    const { id, tenantId, tenant, name } = await store.pods.get("acme", "web");
    const row = { id: podBackup, tenantId, tenant, podId: id, pod: name, targetId: null, trigger: "request" as const };
    await store.volumeBackups.insert({ ...row, object: "acme/web/one", operationId: randomUUID() });
    await store.volumeBackups.finish(podBackup, { bytes: 1, volumes: [] });
    await store.volumeBackups.insert({ ...row, id: dump, unit: "app", object: "acme/web/two", operationId: randomUUID() });
    await store.volumeBackups.finish(dump, { bytes: 1, volumes: [] });
    const { config, credentials } = addBackupTargetRequest.parse(bucket);
    await store.backupTargets.insert({ tenantId, name: "bucket", config, credentials: credentials ?? null });
  });
  return { podBackup, dump, target: "bucket" };
}
