import { AppError } from "@agentpod/core/errors";
import type { SecretStore } from "@agentpod/core/store";
import { and, asc, eq, sql } from "drizzle-orm";
import { pods } from "../schema/pods.ts";
import { secrets } from "../schema/secrets.ts";
import type { SecretBox } from "../secret-box.ts";
import type { Tx } from "../tenant-tx.ts";

const secretName = /^[A-Za-z_][A-Za-z0-9_]{0,127}$|^[a-z0-9]([a-z0-9-]{0,126}[a-z0-9])?$/;

export function secretStore({ db }: Tx, box: SecretBox): SecretStore {
  return {
    put: async (pod, name, value) => {
      if (!secretName.test(name)) {
        throw new AppError("invalid", "A secret's name is an environment name (API_KEY) or a lower-case label (api-key).");
      }
      const [owner] = await db.select({ tenantId: pods.tenantId }).from(pods).where(eq(pods.id, pod));
      if (!owner) throw new AppError("not_found", `There is no pod with id ${pod}.`);
      const [present] = await db
        .select({ keyId: secrets.keyId, ciphertext: secrets.ciphertext })
        .from(secrets)
        .where(and(eq(secrets.podId, pod), eq(secrets.name, name)))
        .for("update");
      const context = { pod, name };
      // What cannot be read any more (its key is lost) counts as changed: putting it anew is the way to mend it.
      if (present && box.knows(present.keyId) && box.open(context, present) === value) return;
      const row = { ...box.seal(context, value), revision: sql`nextval('agentpod.secret_revision')`, updatedAt: sql`now()` };
      await db
        .insert(secrets)
        .values({ podId: pod, tenantId: owner.tenantId, name, ...row })
        .onConflictDoUpdate({ target: [secrets.podId, secrets.name], set: row });
    },
    reveal: async (pod) => {
      const rows = await db
        .select({ name: secrets.name, keyId: secrets.keyId, ciphertext: secrets.ciphertext })
        .from(secrets)
        .where(eq(secrets.podId, pod))
        .orderBy(asc(secrets.name));
      return Object.fromEntries(rows.map((row) => [row.name, box.open({ pod, name: row.name }, row)]));
    },
    delete: async (pod, name) => {
      await db.delete(secrets).where(and(eq(secrets.podId, pod), eq(secrets.name, name)));
    },
  };
}
