/** A table of a database and its rows. */
export type TableCount = [schema: string, table: string, rows: number];

/** What a dump of a database holds, as counted at the very moment whose data it is. */
export interface DumpContent {
  database: string;
  /** Of the PostgreSQL. */
  version: string;
  /** Of the database where it lies, in bytes. */
  size: number;
  /** Of the dump, unencrypted. */
  bytes: number;
  /** SHA-256 of the dump, unencrypted. */
  digest: string;
  tables: number;
  rows: number;
}

/** What is not as it was counted, in a sentence; null: all is there. */
export function missingInDump(wanted: readonly TableCount[], found: readonly TableCount[]): string | null {
  const keyOf = ([schema, table]: TableCount): string => JSON.stringify([schema, table]);
  const there = new Map(found.map((one) => [keyOf(one), one[2]]));
  for (const one of wanted) {
    const [schema, table, rows] = one;
    const has = there.get(keyOf(one));
    there.delete(keyOf(one));
    if (has === undefined) return `Table ${schema}.${table} is missing in what was restored from it.`;
    if (has !== rows) return `Table ${schema}.${table} has ${has} rows in what was restored from it, and had ${rows}.`;
  }
  const extra = found.find((one) => there.has(keyOf(one)));
  return extra === undefined ? null : `Table ${extra[0]}.${extra[1]} is in what was restored from it, and was not there.`;
}

/** Kilobytes that the disk of a database must have free to take a dump of `size` bytes beside it: the data and what is written of it on the way. */
export const roomForDump = (size: number): number => Math.ceil((size + Math.min(size, 2 ** 30) + 64 * 2 ** 20) / 1024);
