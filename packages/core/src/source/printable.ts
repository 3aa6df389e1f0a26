/** A path for a sentence: short, and without signs that would move a cursor. */
export function printable(path: string): string {
  const clean = path.replaceAll(/[\p{C}\uFFFD]/gu, "?");
  return clean.length > 120 ? `${clean.slice(0, 117)}...` : clean || '""';
}
