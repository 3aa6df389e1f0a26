import type { BackupCheck } from "@agentpod/core/api/backup-view";
import { megabytes } from "./format-values.ts";

/** What a whole backup holds, and what it does not. */
export function describeBackup({ rows, artifacts, archives, bytes, hasKey, missing, isAuthentic }: BackupCheck): string {
  const lines = [
    `It is whole: ${rows} rows, ${artifacts} artifacts, ${archives} audit archives, ${bytes < 1024 * 1024 ? `${Math.ceil(bytes / 1024)} kB` : megabytes(bytes)}.`,
    hasKey
      ? "The master key is in it, under the passphrase: without that it cannot be restored."
      : "The master key is NOT in it: keep keys/master-key of the home (or AGENTPOD_MASTER_KEY) elsewhere, or it cannot be restored. With --passphrase-file it is.",
    "Data volumes of pods are not in it.",
  ];
  if (isAuthentic === null) lines.push("Whether it was made by this installation cannot be told without its master key or passphrase.");
  if (missing.length > 0) lines.push(`Not on that machine, so not in it: ${missing.join(", ")}.`);
  return lines.join("\n");
}
