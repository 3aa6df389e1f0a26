import { AppError } from "@agentpod/core/errors";
import type { AcmeStore } from "@agentpod/core/store";
import { eq } from "drizzle-orm";
import { acmeAccounts } from "../schema/acme-accounts.ts";
import { authorities } from "../schema/authorities.ts";
import type { SecretBox } from "../secret-box.ts";
import type { Tx } from "../tenant-tx.ts";

const local = { of: "authority", name: "local" } as const;

export function acmeStore({ db }: Tx, box: SecretBox): AcmeStore {
  const localAuthority = async () => {
    const [row] = await db.select().from(authorities).where(eq(authorities.name, local.name));
    return row ? { certificate: row.certificate, key: box.open(local, row) } : null;
  };
  return {
    account: async (directory) => {
      const [row] = await db.select().from(acmeAccounts).where(eq(acmeAccounts.directory, directory));
      return row ? { key: box.open({ of: "acme account", directory }, row), url: row.url } : null;
    },
    saveAccount: async (directory, { key, url }) => {
      const row = { url, ...box.seal({ of: "acme account", directory }, key) };
      await db
        .insert(acmeAccounts)
        .values({ directory, ...row })
        .onConflictDoUpdate({ target: acmeAccounts.directory, set: row });
    },
    localAuthority,
    saveLocalAuthority: async ({ certificate, key }) => {
      await db
        .insert(authorities)
        .values({ name: local.name, certificate, ...box.seal(local, key) })
        .onConflictDoNothing();
      const stored = await localAuthority();
      if (!stored) throw new AppError("internal", "The local certificate authority was not stored.");
      return stored;
    },
  };
}
