import type { BackupHeader } from "@agentpod/backup/backup-header";
import { unwrapKeys } from "@agentpod/backup/wrap-key";
import { AppError } from "@agentpod/core/errors";
import { type Key, keyOf } from "@agentpod/db/master-key";

/** What may open a backup. */
export interface GivenKeys {
  passphrase: string | null;
  /** Master keys that are known otherwise: given beside the backup, by the environment, or of this home. */
  keys: readonly Key[];
}

/** The master keys of a backup, the current one first. Throws `invalid` with what to give where they are not to be had. */
export async function backupKeys({ key, keyIds }: Pick<BackupHeader, "key" | "keyIds">, given: GivenKeys): Promise<[Key, ...Key[]]> {
  const known = key !== null && given.passphrase !== null ? (await unwrapKeys(given.passphrase, key)).map(keyOf) : given.keys;
  const [current, ...older] = keyIds.map((id) => known.find((one) => one.id === id));
  if (current !== undefined) return [current, ...older.filter((one) => one !== undefined)];
  const otherwise = "the master key itself (--key-file, or AGENTPOD_MASTER_KEY)";
  const ways =
    key === null ? `it was made without a passphrase, so give ${otherwise}` : `give its passphrase (--passphrase-file), or ${otherwise}`;
  throw new AppError(
    "invalid",
    `The secrets of this backup are encrypted with master key ${keyIds[0]}, which is not here: ${ways}. Nothing was changed.`,
  );
}
