import pg from "pg";
import { type ConnectionTarget, type Login, loginConfig } from "./connection-config.ts";
import type { MasterKey } from "./master-key.ts";
import { type SealedTable, sealedTables } from "./sealed-tables.ts";
import { type SealContext, type Sealed, type SecretBox, secretBox } from "./secret-box.ts";

/**
 * Encrypts anew, with the current key, what was encrypted with an older one that is here; revisions stay, so nothing restarts.
 * Row by row: may be cut short and run again. Rows of an unknown key, and damaged ones, are left as they are.
 */
export async function reencryptSecrets(target: ConnectionTarget, system: Login, master: MasterKey): Promise<void> {
  if (master.older.length === 0) return;
  const box = secretBox(master);
  const client = new pg.Client(loginConfig(target, system, "agentpod rotate"));
  client.on("error", () => undefined);
  await client.connect();
  try {
    for (const sealed of sealedTables) await reencryptTable(client, box, sealed, master);
  } finally {
    await client.end();
  }
}

async function reencryptTable(client: pg.Client, box: SecretBox, { table, columns, primaryKey, context }: SealedTable, master: MasterKey) {
  const { rows } = await client.query(`select ${columns.join(", ")}, key_id, ciphertext from agentpod.${table} where key_id = any ($1)`, [
    master.older.map((k) => k.id),
  ]);
  const isRow = primaryKey.map((column, i) => `${column} = $${i + 4}`).join(" and ");
  for (const row of rows as (Record<string, string> & { ciphertext: Buffer })[]) {
    const sealed = sealedAnew(box, context(row), { keyId: row.key_id ?? "", ciphertext: row.ciphertext });
    if (!sealed) continue;
    // Only if nobody has changed it meanwhile.
    await client.query(`update agentpod.${table} set key_id = $1, ciphertext = $2 where ciphertext = $3 and ${isRow}`, [
      sealed.keyId,
      sealed.ciphertext,
      row.ciphertext,
      ...primaryKey.map((column) => row[column]),
    ]);
  }
}

function sealedAnew(box: SecretBox, context: SealContext, sealed: Sealed): Sealed | null {
  try {
    return box.seal(context, box.open(context, sealed));
  } catch {
    // Whoever reveals it is told; one damaged row must not keep the whole installation from starting.
    return null;
  }
}
