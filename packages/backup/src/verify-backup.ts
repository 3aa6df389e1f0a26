import { timingSafeEqual } from "node:crypto";
import { buffer } from "node:stream/consumers";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { AppError } from "@agentpod/core/errors";
import { type BackupHeader, type BackupManifest, backupManifest } from "./backup-header.ts";
import { type BackupPart, damaged, parseHeader, parseJson, readBackup } from "./read-backup.ts";
import { manifestMac } from "./wrap-key.ts";
import { linesIn } from "./write-backup.ts";

export interface VerifiedBackup {
  header: BackupHeader;
  manifest: BackupManifest;
  /** All rows of all tables. */
  rows: number;
  artifacts: number;
  archives: number;
  /** Made by who has the master key; null: without the key nobody can tell. */
  isAuthentic: boolean | null;
}

const unzip = promisify(gunzip);
/** Pieces are cut at 4 MiB of rows; one row may be larger. */
const largestPiece = 1024 * 1024 * 1024;
const largestManifest = 256 * 1024 * 1024;

/**
 * Reads a backup to its end and checks all of it against its manifest: every byte of every part, the number of rows of every
 * table, that nothing is missing and nothing was put in. With a key (the current master key of whoever made it) also who wrote
 * the manifest. Throws `invalid` with what is wrong.
 */
export async function verifyBackup(path: string, key: (header: BackupHeader) => Buffer | null): Promise<VerifiedBackup> {
  const read: BackupManifest["parts"] = [];
  const rows = new Map<string, { count: number; pieces: number }>();
  let header: BackupHeader | null = null;
  let manifest: { value: BackupManifest; bytes: Buffer } | null = null;
  let mac: string | null = null;
  for await (const part of readBackup(path)) {
    if (mac !== null) throw damaged("something was put in behind its end");
    if ((header === null) !== (part.is.kind === "header")) throw new AppError("invalid", `${path} is no backup of AgentPod.`);
    if ((manifest !== null) !== (part.is.kind === "mac")) throw damaged("its parts are not in order");
    if (part.is.kind === "header") header = parseHeader(await bytesOf(part));
    else if (part.is.kind === "manifest") manifest = parseManifest(await bytesOf(part));
    else if (part.is.kind === "mac") mac = (await bytesOf(part)).toString("latin1");
    else if (part.is.kind === "rows") countRows(rows, part.is, await rowsOf(part));
    else await drain(part);
    if (part.is.kind === "artifact" && part.sha256() !== part.is.digest) throw damaged(`${part.name} is not what its name says`);
    if (part.is.kind !== "manifest" && part.is.kind !== "mac") read.push({ name: part.name, bytes: part.bytes, sha256: part.sha256() });
  }
  if (header === null) throw new AppError("invalid", `${path} is no backup of AgentPod.`);
  if (manifest === null || mac === null) throw damaged("it is cut off");
  compareParts(manifest.value.parts, read);
  compareRows(manifest.value.tables, rows);
  const found = key(header);
  const isAuthentic = found === null ? null : isSame(manifestMac(found, manifest.bytes), mac);
  if (isAuthentic === false)
    throw new AppError(
      "invalid",
      "The backup was changed, or made by an AgentPod with another master key: its manifest is not signed by this one.",
    );
  const countOf = (prefix: string) => read.filter(({ name }) => name.startsWith(prefix)).length;
  return {
    header,
    manifest: manifest.value,
    rows: [...rows.values()].reduce((all, { count }) => all + count, 0),
    artifacts: countOf("artifacts/"),
    archives: countOf("audit/archive/"),
    isAuthentic,
  };
}

/** The text of a piece of rows. */
export async function rowsOf(part: BackupPart): Promise<Buffer> {
  try {
    return await unzip(await buffer(part.content), { maxOutputLength: largestPiece });
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw damaged(`${part.name} cannot be unpacked`, cause);
  }
}

async function bytesOf(part: BackupPart): Promise<Buffer> {
  if (part.bytes > largestManifest) throw damaged(`${part.name} is too large`);
  return buffer(part.content);
}

async function drain({ content }: BackupPart): Promise<void> {
  for await (const _ of content);
}

function parseManifest(bytes: Buffer): { value: BackupManifest; bytes: Buffer } {
  const parsed = backupManifest.safeParse(parseJson(bytes));
  if (!parsed.success) throw damaged("its manifest cannot be read", parsed.error);
  return { value: parsed.data, bytes };
}

function countRows(
  rows: Map<string, { count: number; pieces: number }>,
  is: { schema: string; table: string; piece: number },
  text: Buffer,
) {
  const key = `${is.schema}.${is.table}`;
  const before = rows.get(key) ?? { count: 0, pieces: 0 };
  if (is.piece !== before.pieces + 1) throw damaged(`a piece of the rows of ${key} is missing`);
  rows.set(key, { count: before.count + linesIn(text), pieces: is.piece });
}

function compareParts(wanted: BackupManifest["parts"], read: BackupManifest["parts"]): void {
  for (const [i, part] of wanted.entries()) {
    const found = read[i];
    if (found?.name !== part.name) throw damaged(`${part.name} is missing`);
    if (found.bytes !== part.bytes || found.sha256 !== part.sha256) throw damaged(`${part.name} is not as it was written`);
  }
  const extra = read[wanted.length];
  if (extra !== undefined) throw damaged(`${extra.name} was put in`);
}

function compareRows(tables: BackupManifest["tables"], rows: ReadonlyMap<string, { count: number }>): void {
  for (const { schema, name, rows: wanted } of tables) {
    const found = rows.get(`${schema}.${name}`)?.count ?? 0;
    if (found !== wanted) throw damaged(`it has ${found} rows of ${schema}.${name} and should have ${wanted}`);
  }
}

function isSame(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
