/** Whether a request's path (query and all) lies under one that is denied. */
export type DeniedPaths = (path: string) => boolean;

/** Null: nothing is denied. What any program could read as a denied path is denied, however it is written. */
export function deniedPaths(prefixes: readonly string[] | undefined): DeniedPaths | null {
  if (prefixes === undefined || prefixes.length === 0) return null;
  const denied = prefixes.map((prefix) => plainPath(prefix, true));
  const isDenied = (plain: string): boolean => denied.some((prefix) => plain === prefix || plain.startsWith(`${prefix}/`));
  return (path) => readings(path).some((text) => isDenied(plainPath(text, true)) || isDenied(plainPath(text, false)));
}

/** More layers of coding than any program takes off. */
const mostLayers = 8;

/** The path as it was sent, and with one layer of percent coding after the other taken off. */
function readings(path: string): string[] {
  let text = path.replace(/[?#].*$/s, "");
  const all = [text];
  while (text.includes("%") && all.length < mostLayers) {
    text = text.replace(/%([0-9a-f]{2})/gi, (_all, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
    if (text === all.at(-1)) break;
    all.push(text);
  }
  return all;
}

/** In lower case, `\` as `/`, without control characters, parameters and empty segments; dot segments resolved or left out. */
function plainPath(text: string, resolves: boolean): string {
  const segments: string[] = [];
  for (const raw of text
    .replace(/[\0-\x20\x7f]/g, "")
    .replaceAll("\\", "/")
    .split("/")) {
    const segment = raw.replace(/;.*$/s, "");
    if (segment === ".." && resolves) segments.pop();
    else if (!["", ".", ".."].includes(segment)) segments.push(segment.toLowerCase());
  }
  return `/${segments.join("/")}`;
}
