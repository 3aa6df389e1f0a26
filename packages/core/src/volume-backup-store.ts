import type { BackupTarget, S3Credentials, TargetConfig } from "./backup-target.ts";
import type { DumpContent, TableCount } from "./dump-content.ts";
import type { BackupSchedule, BackupTrigger, DrillReport, ScheduleOf, VolumeBackup, VolumeInBackup } from "./volume-backup.ts";

export interface BackupTargetStore {
  /** Credentials are encrypted. `conflict` when the name is taken. */
  insert(target: { tenantId: string | null; name: string; config: TargetConfig; credentials: S3Credentials | null }): Promise<BackupTarget>;
  /** Of one tenant (name) with the installation's, of the installation alone (null), or all. */
  list(filter: { tenant?: string | null }): Promise<BackupTarget[]>;
  /** The owner's own (a tenant's name; null: the installation's). */
  get(tenant: string | null, name: string): Promise<BackupTarget>;
  getById(id: string): Promise<BackupTarget>;
  /** Decrypted; null for what needs none. System role alone; the caller never logs. */
  reveal(id: string): Promise<S3Credentials | null>;
  /** `conflict` while backups lie there or schedules name it. */
  delete(id: string): Promise<void>;
}

export interface VolumeBackupStore {
  /** `conflict` while another backup of the pod is made. */
  insert(backup: {
    id: string;
    tenantId: string;
    tenant: string;
    podId: string;
    pod: string;
    /** Of a dump. */
    unit?: string;
    targetId: string | null;
    trigger: BackupTrigger;
    object: string;
    operationId: string;
  }): Promise<void>;
  /** The newest that is ready, of the volumes or of a database. */
  newest(of: ScheduleOf): Promise<VolumeBackup | null>;
  get(id: string): Promise<VolumeBackup>;
  /** The newest first; of both kinds unless said. */
  list(filter: { kind?: "volumes" | "dump"; tenant?: string; pod?: string; podId?: string; unit?: string }): Promise<VolumeBackup[]>;
  finish(id: string, done: { bytes: number; volumes: VolumeInBackup[] }): Promise<void>;
  /** What was written to the target; it is ready with `finish`. */
  saveDump(id: string, done: { bytes: number; dump: DumpContent; counts: TableCount[] }): Promise<void>;
  /** What a dump must bring back; empty until it is made. */
  counts(id: string): Promise<TableCount[]>;
  /** Says which operation may leave a throw-away database behind; null: none does any more. */
  setCheckedBy(id: string, operation: string | null): Promise<void>;
  fail(id: string, message: string): Promise<void>;
  markVerified(id: string): Promise<void>;
  /** It was whole once and is no more. */
  markDamaged(id: string, message: string): Promise<void>;
  markDeleting(id: string): Promise<void>;
  saveDrill(id: string, report: DrillReport): Promise<void>;
  delete(id: string): Promise<void>;
}

export interface BackupScheduleStore {
  /** In place of what was. */
  put(
    schedule: Omit<
      BackupSchedule,
      "tenant" | "pod" | "target" | "rests" | "upSince" | "lastSuccessAt" | "failure" | "drillFailure" | "createdAt"
    >,
  ): Promise<void>;
  find(of: ScheduleOf): Promise<BackupSchedule | null>;
  list(filter: { tenant?: string }): Promise<BackupSchedule[]>;
  /** Takes a run that is due: moves the time on; false where another control plane has. */
  take(of: ScheduleOf, kind: "backup" | "drill", dueAt: string, nextAt: string): Promise<boolean>;
  /** How a run ended; null: well. With `retryAt` it comes again then, if that is sooner. */
  note(
    of: ScheduleOf,
    kind: "backup" | "drill",
    failure: { at: string; message: string; retryAt: string | null } | null,
    at: string,
  ): Promise<void>;
  delete(of: ScheduleOf): Promise<void>;
}
