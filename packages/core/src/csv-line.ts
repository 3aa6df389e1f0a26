/** One line of CSV (RFC 4180), every cell quoted; what a spreadsheet would run as a formula is led in by an apostrophe. */
export function csvLine(cells: readonly (string | number | null)[]): string {
  return `${cells.map((cell) => `"${harmless(String(cell ?? "")).replaceAll('"', '""')}"`).join(",")}\r\n`;
}

const harmless = (text: string): string => (/^\s*[=+\-@|%\t\r]/.test(text) ? `'${text}` : text);
