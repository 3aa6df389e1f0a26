export interface Change {
  /** Such as `spec.units.web.env.GREETING`. */
  path: string;
  /** JSON; null: was not there. */
  before: string | null;
  /** JSON; null: is gone. */
  after: string | null;
}

/** What differs between two values, leaf by leaf, by path. Named entries of lists are told apart by name, not by place. */
export function specDiff(before: unknown, after: unknown): Change[] {
  const old = leaves(before);
  const now = leaves(after);
  return [...new Set([...old.keys(), ...now.keys()])]
    .filter((path) => old.get(path) !== now.get(path))
    .sort()
    .map((path) => ({ path, before: old.get(path) ?? null, after: now.get(path) ?? null }));
}

function leaves(value: unknown, path = "", found = new Map<string, string>()): Map<string, string> {
  const isEmpty = typeof value === "object" && value !== null && Object.keys(value).length === 0;
  if (typeof value !== "object" || value === null || isEmpty) {
    if (value !== undefined) found.set(path, JSON.stringify(value));
    return found;
  }
  for (const [key, part] of Object.entries(value)) leaves(part, path === "" ? label(part, key) : `${path}.${label(part, key)}`, found);
  return found;
}

function label(part: unknown, key: string): string {
  const { name } = (typeof part === "object" && part !== null ? part : {}) as { name?: unknown };
  return /^\d+$/.test(key) && typeof name === "string" ? name : key;
}
