import type {
  AddBackupTargetRequest,
  BackupScheduleView,
  BackupTargetView,
  BegunPodBackup,
  BegunRestore,
  CreatePodBackupRequest,
  PodBackupView,
  RestorePodBackupRequest,
  SetBackupScheduleRequest,
} from "@agentpod/core/api/pod-backup-view";
import type { Transport } from "./transport.ts";

const enc = encodeURIComponent;
const podPath = (tenant: string, pod: string): string => `/tenants/${enc(tenant)}/pods/${enc(pod)}`;
const path = (tenant: string, backup: string): string => `/tenants/${enc(tenant)}/pod-backups/${enc(backup)}`;
const targets = (tenant: string | null): string => `${tenant === null ? "" : `/tenants/${enc(tenant)}`}/backup-targets`;

/** Backups of the volumes of pods. What begins something gives its operation. */
export function podBackupCalls(transport: Transport) {
  const post = <T>(at: string, json: unknown = {}) => transport.json<T>("POST", at, { json });
  return {
    /** The newest first; those of deleted pods too. */
    list: (tenant: string, pod?: string) =>
      transport.json<PodBackupView[]>("GET", `/tenants/${enc(tenant)}/pod-backups`, { query: { pod } }),
    get: (tenant: string, backup: string) => transport.json<PodBackupView>("GET", path(tenant, backup)),
    create: (tenant: string, pod: string, body: CreatePodBackupRequest = {}) =>
      post<BegunPodBackup>(`${podPath(tenant, pod)}/backups`, body),
    verify: (tenant: string, backup: string) => post<PodBackupView>(`${path(tenant, backup)}/verify`),
    restore: (tenant: string, backup: string, body: RestorePodBackupRequest = {}) =>
      post<BegunRestore>(`${path(tenant, backup)}/restore`, body),
    drill: (tenant: string, backup: string) => post<BegunRestore>(`${path(tenant, backup)}/drill`),
    delete: (tenant: string, backup: string) => transport.json<undefined>("DELETE", path(tenant, backup)),
    schedules: (tenant: string) => transport.json<BackupScheduleView[]>("GET", `/tenants/${enc(tenant)}/backup-schedules`),
    schedule: (tenant: string, pod: string) => transport.json<BackupScheduleView>("GET", `${podPath(tenant, pod)}/backup-schedule`),
    setSchedule: (tenant: string, pod: string, body: SetBackupScheduleRequest) =>
      transport.json<BackupScheduleView>("PUT", `${podPath(tenant, pod)}/backup-schedule`, { json: body }),
    deleteSchedule: (tenant: string, pod: string) => transport.json<undefined>("DELETE", `${podPath(tenant, pod)}/backup-schedule`),
    /** Null as a tenant: the installation's own. */
    targets: (tenant: string | null) => transport.json<BackupTargetView[]>("GET", targets(tenant)),
    addTarget: (tenant: string | null, body: AddBackupTargetRequest) => post<BackupTargetView>(targets(tenant), body),
    deleteTarget: (tenant: string | null, name: string) => transport.json<undefined>("DELETE", `${targets(tenant)}/${enc(name)}`),
  };
}
