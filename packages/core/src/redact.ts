/** Shorter values are words that logs hold anyway. */
const shortest = 6;
/** A value of several lines is known by each line of this length or more. */
const shortestPart = 16;

/** Puts `[secret NAME]` wherever one of these values stands, also as part of a URL or a JSON text. Values under six characters stay. */
export function redactor(secrets: Readonly<Record<string, string>>): (text: string) => string {
  const parts = new Map<string, string>();
  for (const [name, value] of Object.entries(secrets)) for (const form of formsOf(value)) parts.set(form, `[secret ${name}]`);
  // A value that holds another goes first.
  const ordered = [...parts].sort(([a], [b]) => b.length - a.length);
  return (text) => {
    let clean = text;
    for (const [form, name] of ordered) if (clean.includes(form)) clean = clean.replaceAll(form, () => name);
    return clean;
  };
}

function formsOf(value: string): string[] {
  if (value.includes("\n")) return value.split(/\r?\n/).filter((line) => line.length >= shortestPart);
  if (value.length < shortest) return [];
  return [value, encodeURIComponent(value.toWellFormed()), JSON.stringify(value).slice(1, -1)];
}
