import type { BackupCheck, BackupStatus, SetBackupSettingsRequest } from "@agentpod/core/api/backup-view";
import type { Transport } from "./transport.ts";

const path = (name: string): string => `/backups/${encodeURIComponent(name)}`;

/** Backups of AgentPod itself. */
export function backupCalls(transport: Transport) {
  return {
    status: () => transport.json<BackupStatus>("GET", "/backups"),
    /** Begins one; `status` says how it ended. */
    create: (passphrase: string | undefined) =>
      transport.json<{ name: string }>("POST", "/backups", { json: passphrase === undefined ? {} : { passphrase } }),
    /** Makes one that is kept by the caller alone, in pieces as they come. */
    stream: (passphrase: string | undefined, signal?: AbortSignal) =>
      transport.stream("POST", "/backups/download", {
        json: passphrase === undefined ? {} : { passphrase },
        ...(signal === undefined ? {} : { signal }),
      }),
    /** One that was made before. */
    download: (name: string, signal?: AbortSignal) => transport.stream("GET", `${path(name)}/file`, signal === undefined ? {} : { signal }),
    verify: (name: string) => transport.json<BackupCheck>("POST", `${path(name)}/verify`, { json: {} }),
    delete: (name: string) => transport.json<void>("DELETE", path(name)),
    setSettings: (settings: SetBackupSettingsRequest) =>
      transport.json<BackupStatus["settings"]>("PUT", "/backups/settings", { json: settings }),
  };
}
