/** Names and values of a .env file, as Node.js reads one: comments, `export`, quotes and lines within them. The last of a name counts. */
export function parseEnv(text: string): [name: string, value: string][] {
  const found = new Map<string, string>();
  const lines = /^[ \t]*(?:export[ \t]+)?([A-Za-z_][\w.-]*)[ \t]*=[ \t]*(?:"((?:\\.|[^"\\])*)"|'([^']*)'|`([^`]*)`|([^\r\n]*))[^\r\n]*$/gm;
  for (const [, name = "", double, single, back, bare] of text.matchAll(lines)) {
    const value = double?.replaceAll("\\n", "\n").replaceAll('\\"', '"') ?? single ?? back ?? (bare ?? "").replace(/#.*$/, "").trim();
    found.set(name, value);
  }
  return [...found];
}
