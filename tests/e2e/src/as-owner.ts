import { findEmbeddedUrl } from "@agentpod/db/embedded/start-embedded";
import pg from "pg";
import type { Installation } from "./installation.ts";

/** Runs SQL in the embedded database of an installation as whoever owns it: what an intruder with its password could do. */
export async function asOwner({ home }: Pick<Installation, "home">, sql: string): Promise<void> {
  const connectionString = await findEmbeddedUrl(home);
  if (!connectionString) throw new Error("its PostgreSQL does not run");
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
