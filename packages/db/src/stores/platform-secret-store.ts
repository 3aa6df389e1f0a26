import { AppError } from "@agentpod/core/errors";
import type { PlatformSecretStore } from "@agentpod/core/user-store";
import { eq } from "drizzle-orm";
import { platformSecrets } from "../schema/platform-secrets.ts";
import type { SecretBox } from "../secret-box.ts";
import type { Tx } from "../tenant-tx.ts";

export function platformSecretStore({ db }: Tx, box: SecretBox): PlatformSecretStore {
  const find = async (name: string) => {
    const [row] = await db.select().from(platformSecrets).where(eq(platformSecrets.name, name));
    return row ? box.open({ of: "platform secret", name }, row) : null;
  };
  return {
    find,
    keep: async (name, value) => {
      await db
        .insert(platformSecrets)
        .values({ name, ...box.seal({ of: "platform secret", name }, value) })
        .onConflictDoNothing();
      const stored = await find(name);
      if (stored === null) throw new AppError("internal", `The installation's secret ${name} was not stored.`);
      return stored;
    },
    put: async (name, value) => {
      await db.delete(platformSecrets).where(eq(platformSecrets.name, name));
      if (value !== null) await db.insert(platformSecrets).values({ name, ...box.seal({ of: "platform secret", name }, value) });
    },
  };
}
