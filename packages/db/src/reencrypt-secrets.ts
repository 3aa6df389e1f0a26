import pg from "pg";
import { type ConnectionTarget, type Login, loginConfig } from "./connection-config.ts";
import type { MasterKey } from "./master-key.ts";
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
    const { rows } = await client.query("select pod_id, name, key_id, ciphertext from agentpod.secrets where key_id = any ($1)", [
      master.older.map((k) => k.id),
    ]);
    for (const row of rows as { pod_id: string; name: string; key_id: string; ciphertext: Buffer }[]) {
      const context = { pod: row.pod_id, name: row.name };
      const sealed = sealedAnew(box, context, { keyId: row.key_id, ciphertext: row.ciphertext });
      if (!sealed) continue;
      // Only if nobody has changed it meanwhile.
      await client.query("update agentpod.secrets set key_id = $1, ciphertext = $2 where pod_id = $3 and name = $4 and ciphertext = $5", [
        sealed.keyId,
        sealed.ciphertext,
        row.pod_id,
        row.name,
        row.ciphertext,
      ]);
    }
  } finally {
    await client.end();
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
