/** A CAA record. */
export interface CaaRecord {
  tag: string;
  value: string;
  critical: boolean;
}

/** The names whose CAA records count for a host, nearest first: the first that has any decides (RFC 8659). */
export function caaNames(host: string): string[] {
  const labels = host.replace(/^\*\./, "").split(".");
  return labels.map((_, i) => labels.slice(i).join("."));
}

/** Whether records let an authority, known by any of `identities`, sign for a host. None at all let everybody. */
export function isIssuerAllowed(records: readonly CaaRecord[], host: string, identities: readonly string[]): boolean {
  if (records.some(({ tag, critical }) => critical && !["issue", "issuewild", "iodef"].includes(tag))) return false;
  const tagged = (tag: string) => records.filter((record) => record.tag === tag);
  const wild = host.startsWith("*.") ? tagged("issuewild") : [];
  const counting = wild.length > 0 ? wild : tagged("issue");
  // Parameters after the semicolon are the authority's to read.
  const named = counting.map(({ value }) => (value.split(";")[0] ?? "").trim().toLowerCase());
  return counting.length === 0 || named.some((name) => name !== "" && identities.includes(name));
}
