/** A member of data that others wrote: own members alone, so that `__proto__` and `constructor` are words like any other. */
export function fieldOf(value: unknown, ...keys: string[]): unknown {
  return keys.reduce<unknown>((inner, key) => (isRecord(inner) && Object.hasOwn(inner, key) ? inner[key] : undefined), value);
}

/** A text, or null for anything else. */
export function textOf(value: unknown, ...keys: string[]): string | null {
  const found = fieldOf(value, ...keys);
  return typeof found === "string" ? found : null;
}

/** Names of an object's members; none for anything else. */
export function keysOf(value: unknown, ...keys: string[]): string[] {
  const found = fieldOf(value, ...keys);
  return isRecord(found) ? Object.keys(found) : [];
}

/** The texts of a list; none for anything else. */
export function textsOf(value: unknown, ...keys: string[]): string[] {
  const found = fieldOf(value, ...keys);
  return Array.isArray(found) ? found.filter((item): item is string => typeof item === "string") : [];
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
