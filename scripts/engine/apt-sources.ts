import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** One repository of the machine's own apt configuration. */
export interface AptSource {
  uri: string;
  suites: string[];
  components: string[];
}

/** The repositories in the machine's apt configuration (both formats), in its own order. */
export function aptSources(folder = "/etc/apt"): AptSource[] {
  const parts = join(folder, "sources.list.d");
  return [
    ...read(join(folder, "sources.list"), parseLines),
    ...list(parts, ".list").flatMap((file) => read(file, parseLines)),
    ...list(parts, ".sources").flatMap((file) => read(file, parseStanzas)),
  ];
}

/** Format of `*.list`: `deb [options] uri suite component…`. */
export function parseLines(text: string): AptSource[] {
  return text.split("\n").flatMap((line) => {
    const match = /^deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)\s*(.*)$/.exec(line.replace(/#.*/, "").trim());
    return match ? [{ uri: match[1] ?? "", suites: [match[2] ?? ""], components: words(match[3]) }] : [];
  });
}

/** Format of `*.sources`: stanzas of `Key: values`, divided by empty lines. */
export function parseStanzas(text: string): AptSource[] {
  return text.split(/\n\s*\n/).flatMap((stanza) => {
    const fields = new Map<string, string>();
    for (const line of stanza.split("\n")) {
      const match = /^([A-Za-z-]+):\s*(.*)$/.exec(line);
      if (match) fields.set((match[1] ?? "").toLowerCase(), match[2] ?? "");
    }
    if (!words(fields.get("types")).includes("deb") || fields.get("enabled") === "no") return [];
    const source = { suites: words(fields.get("suites")), components: words(fields.get("components")) };
    return words(fields.get("uris")).map((uri) => ({ uri, ...source }));
  });
}

/** The same as the content of a `sources.list`. */
export function formatSources(sources: readonly AptSource[]): string {
  return sources.flatMap((source) => source.suites.map((suite) => `deb ${source.uri} ${suite} ${source.components.join(" ")}\n`)).join("");
}

const words = (text: string | undefined): string[] => (text ?? "").split(/\s+/).filter((word) => word !== "");

function read(file: string, parse: (text: string) => AptSource[]): AptSource[] {
  try {
    return parse(readFileSync(file, "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

function list(folder: string, ending: string): string[] {
  try {
    return readdirSync(folder)
      .filter((file) => file.endsWith(ending))
      .sort()
      .map((file) => join(folder, file));
  } catch {
    return [];
  }
}
