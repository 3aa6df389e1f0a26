import { stat } from "node:fs/promises";
import { basename } from "node:path";
import type { VerifiedBackup } from "@agentpod/backup/verify-backup";
import type { BackupCheck } from "@agentpod/core/api/backup-view";

/** What a look at a whole backup found, for people. */
export async function showCheck(
  file: string,
  { header, manifest, rows, artifacts, archives, isAuthentic }: VerifiedBackup,
): Promise<BackupCheck> {
  return {
    name: basename(file),
    createdAt: header.createdAt,
    agentpod: header.agentpod,
    installation: header.installation,
    bytes: (await stat(file)).size,
    hasKey: header.key !== null,
    tables: manifest.tables.length,
    rows,
    artifacts,
    archives,
    missing: manifest.missing,
    isAuthentic,
  };
}
