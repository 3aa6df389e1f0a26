/** Whether two values have the same JSON, whatever the order of their keys; `undefined` members count as absent. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (a === null || b === null || typeof a !== "object" || typeof b !== "object" || Array.isArray(a) !== Array.isArray(b)) return false;
  if (Array.isArray(a) && a.length !== (b as unknown[]).length) return false;
  return isWithin(a, b, true) && isWithin(b, a, false);
}

/** Whether each member of `a` is one of `b`, and with `deep` the same. */
function isWithin(a: object, b: object, deep: boolean): boolean {
  for (const [key, value] of Object.entries(a)) {
    const other = (b as Record<string, unknown>)[key];
    if (value === undefined ? other !== undefined : other === undefined) return false;
    if (deep && !sameJson(value, other)) return false;
  }
  return true;
}
