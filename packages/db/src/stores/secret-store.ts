import { createHash } from "node:crypto";
import { AppError } from "@agentpod/core/errors";
import type { SecretStore } from "@agentpod/core/store";
import { and, asc, eq, sql } from "drizzle-orm";
import { DrizzleQueryError } from "drizzle-orm/errors";
import { pods } from "../schema/pods.ts";
import { secrets } from "../schema/secrets.ts";
import type { SecretBox } from "../secret-box.ts";
import type { Tx } from "../tenant-tx.ts";

const secretName = /^[A-Za-z_][A-Za-z0-9_]{0,127}$|^[a-z0-9]([a-z0-9-]{0,126}[a-z0-9])?$/;

export function secretStore({ db }: Tx, box: SecretBox): SecretStore {
  return {
    put: async (pod, name, value, options) => {
      if (!secretName.test(name)) {
        throw new AppError("invalid", "A secret's name is an environment name (API_KEY) or a lower-case label (api-key).");
      }
      const [owner] = await db.select({ tenantId: pods.tenantId }).from(pods).where(eq(pods.id, pod));
      if (!owner) throw new AppError("not_found", `There is no pod with id ${pod}.`);
      const [present] = await db
        .select({ keyId: secrets.keyId, ciphertext: secrets.ciphertext, soleMark: secrets.soleMark })
        .from(secrets)
        .where(and(eq(secrets.podId, pod), eq(secrets.name, name)))
        .for("update");
      const context = { pod, name };
      const soleMark = options?.sole && value !== "" ? markOf(name, value) : null;
      // What cannot be read any more (its key is lost) counts as changed: putting it anew is the way to mend it.
      if (present && box.knows(present.keyId) && box.open(context, present) === value && present.soleMark === soleMark) return;
      const row = { ...box.seal(context, value), soleMark, revision: sql`nextval('agentpod.secret_revision')`, updatedAt: sql`now()` };
      await db
        .insert(secrets)
        .values({ podId: pod, tenantId: owner.tenantId, name, ...row })
        .onConflictDoUpdate({ target: [secrets.podId, secrets.name], set: row })
        .catch((error: unknown) => {
          throw heldByAnother(error) ? takenValue(name) : error;
        });
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

/** What it stands for is long and random, so that nothing can be guessed by it. */
const markOf = (name: string, value: string): string => createHash("sha256").update(`${name}\0${value}`).digest("hex");

const heldByAnother = (error: unknown): boolean =>
  error instanceof DrizzleQueryError && (error.cause as { constraint?: string } | undefined)?.constraint === "secrets_sole_mark";

/** Whose it is, is not told: the other may be another tenant's. */
function takenValue(name: string): AppError {
  return new AppError("conflict", "Another agent has this token already: two with one token take each other's messages.", {
    issues: [{ path: `inputs.${name}`, expected: "a token that no other agent has" }],
  });
}
