/** Whether a path fits a pattern of whole names, `*` within a name and `**` for any number of them. Linear in both. */
export function globMatch(pattern: string, path: string): boolean {
  const names = path.split("/");
  // Which beginnings of the path the pattern fits so far.
  let fits = new Set([0]);
  for (const part of pattern.replace(/^\.\//, "").replace(/\/$/, "").split("/")) {
    const next = new Set<number>();
    const from = Math.min(...fits);
    if (part === "**") for (let i = from; i <= names.length; i++) next.add(i);
    else for (const i of fits) if (i < names.length && nameMatch(part, names[i] ?? "")) next.add(i + 1);
    if (next.size === 0) return false;
    fits = next;
  }
  return fits.has(names.length);
}

/** `*` alone means something; the pieces between are found one after another, which is enough without alternatives. */
function nameMatch(pattern: string, name: string): boolean {
  const [head = "", ...pieces] = pattern.split("*");
  const tail = pieces.pop();
  if (tail === undefined) return name === pattern;
  if (!name.startsWith(head) || !name.endsWith(tail) || name.length < head.length + tail.length) return false;
  let at = head.length;
  for (const piece of pieces) {
    const found = name.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return at <= name.length - tail.length;
}
