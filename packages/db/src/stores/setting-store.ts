import { AppError } from "@agentpod/core/errors";
import type { SettingStore } from "@agentpod/core/store";
import { eq, sql } from "drizzle-orm";
import { settings } from "../schema/settings.ts";
import type { Tx } from "../tenant-tx.ts";

export function settingStore({ db }: Tx): SettingStore {
  const find = async (key: string): Promise<unknown> => {
    // As text: Drizzle parses a JSON string a second time, so that "12" would come back as a number.
    const [row] = await db
      .select({ value: sql<string | null>`${settings.value}::text` })
      .from(settings)
      .where(eq(settings.key, key));
    return JSON.parse(row?.value ?? "null");
  };
  return {
    find,
    set: async (key, value, actor) => {
      const row = { value: value ?? null, actor, updatedAt: sql`now()` };
      await db
        .insert(settings)
        .values({ key, ...row })
        .onConflictDoUpdate({ target: settings.key, set: row });
    },
    claim: async (key, value, actor) => {
      const rows = await db
        .insert(settings)
        .values({ key, value: value ?? null, actor })
        .onConflictDoNothing()
        .returning({ key: settings.key });
      return rows.length > 0;
    },
    installation: async () => {
      const id = await find("installation");
      if (typeof id !== "string")
        throw new AppError("internal", "The database has no installation id: start AgentPod with its owner's URL.");
      return id;
    },
  };
}
