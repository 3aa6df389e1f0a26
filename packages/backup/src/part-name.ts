/** What a part of a backup is, by its name. */
export type PartName =
  | { kind: "header" | "manifest" | "mac" | "heads" }
  /** The n-th piece of a table's rows, from 1. */
  | { kind: "rows"; schema: string; table: string; piece: number }
  | { kind: "artifact"; digest: string }
  | { kind: "archive"; file: string };

export const headerName = "backup.json";
export const manifestName = "manifest.json";
export const macName = "manifest.hmac";
export const headsName = "audit/heads.jsonl";

export const rowsName = (schema: string, table: string, piece: number): string =>
  `database/${schema}.${table}/${String(piece).padStart(6, "0")}.copy.gz`;
export const artifactName = (hex: string): string => `artifacts/${hex}.tar`;
export const archiveName = (file: string): string => `audit/archive/${file}`;

const fixed: Record<string, PartName> = {
  [headerName]: { kind: "header" },
  [manifestName]: { kind: "manifest" },
  [macName]: { kind: "mac" },
  [headsName]: { kind: "heads" },
};

/** Null for any name but these: what a file says never becomes a path unread. */
export function parsePartName(name: string): PartName | null {
  if (Object.hasOwn(fixed, name)) return fixed[name] ?? null;
  const rows = /^database\/(agentpod|agentpod_auth)\.([a-z_]{1,63})\/(\d{6,9})\.copy\.gz$/.exec(name);
  if (rows) return { kind: "rows", schema: rows[1] ?? "", table: rows[2] ?? "", piece: Number(rows[3]) };
  const digest = /^artifacts\/([a-f0-9]{64})\.tar$/.exec(name)?.[1];
  if (digest !== undefined) return { kind: "artifact", digest };
  const file = /^audit\/archive\/(events-\d{1,19}-\d{1,19}-[0-9a-f]{8}\.jsonl\.gz)$/.exec(name)?.[1];
  return file === undefined ? null : { kind: "archive", file };
}
