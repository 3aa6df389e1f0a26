import { readFileSync } from "node:fs";

export interface Migration {
  tag: string;
  sql: string;
}

const folder = new URL("../drizzle/", import.meta.url);

/** The migrations shipped with this code, in order. */
export function migrationFiles(): Migration[] {
  const journal = JSON.parse(readFileSync(new URL("meta/_journal.json", folder), "utf8")) as { entries: { tag: string }[] };
  return journal.entries.map(({ tag }) => ({ tag, sql: readFileSync(new URL(`${tag}.sql`, folder), "utf8") }));
}
