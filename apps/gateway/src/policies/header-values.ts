/** All values of a header (name in lower case) in a flat list of names and values. */
export function headerValues(list: readonly string[], name: string): string[] {
  const values: string[] = [];
  for (let i = 0; i < list.length; i += 2) if (isNamed(list[i] as string, name)) values.push(list[i + 1] as string);
  return values;
}

/** Without the headers of that name. */
export function withoutHeader(list: readonly string[], name: string): string[] {
  const rest: string[] = [];
  for (let i = 0; i < list.length; i += 2) {
    if (!isNamed(list[i] as string, name)) rest.push(list[i] as string, list[i + 1] as string);
  }
  return rest;
}

/** One Vary that has these names beside those it had; `*` stays as it is. */
export function withVary(list: readonly string[], names: readonly string[]): string[] {
  const before = headerValues(list, "vary")
    .flatMap((value) => value.split(","))
    .map((name) => name.trim())
    .filter((name) => name !== "");
  if (before.includes("*")) return [...list];
  const known = new Set(before.map((name) => name.toLowerCase()));
  const added = names.filter((name) => !known.has(name.toLowerCase()));
  return added.length === 0 ? [...list] : [...withoutHeader(list, "vary"), "vary", [...before, ...added].join(", ")];
}

const isNamed = (name: string, lower: string): boolean => name.length === lower.length && (name === lower || name.toLowerCase() === lower);
