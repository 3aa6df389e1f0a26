/** An object of a configuration. */
export type ConfigRecord = Record<string, unknown>;

export function isConfigRecord(value: unknown): value is ConfigRecord {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

/** `over` laid upon `under`, object by object; lists are replaced, and null takes a key away (RFC 7396). */
export function mergeConfig(under: ConfigRecord, over: ConfigRecord): ConfigRecord {
  const merged: ConfigRecord = { ...under };
  for (const [key, value] of Object.entries(over)) {
    const below = Object.hasOwn(under, key) ? under[key] : undefined;
    if (value === null) delete merged[key];
    else if (isConfigRecord(value)) merged[key] = mergeConfig(isConfigRecord(below) ? below : {}, value);
    else merged[key] = value;
  }
  return merged;
}

/** Each value with its way: everything that is no object with something in it. */
export function leavesOf(config: ConfigRecord, way: readonly string[] = []): { way: string[]; value: unknown }[] {
  return Object.entries(config).flatMap(([key, value]) =>
    isConfigRecord(value) && Object.keys(value).length > 0 ? leavesOf(value, [...way, key]) : [{ way: [...way, key], value }],
  );
}
