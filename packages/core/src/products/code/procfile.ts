import { invalidInput } from "../../draft-issues.ts";
import { commandWords } from "./command-words.ts";
import { joined, type ProjectFiles } from "./project-files.ts";

export interface Procfile {
  file: string;
  web: string[] | null;
  release: string[] | null;
  /** Names of processes beside these. */
  others: string[];
}

/** Null without one. Throws `invalid` where `web` or `release` is a line that only a shell could read. */
export function readProcfile(files: ProjectFiles, folder: string): Procfile | null {
  const file = joined(folder, "Procfile");
  const text = files.text(file);
  if (text === null) return null;
  const lines = new Map<string, string>();
  for (const line of text.split("\n")) {
    const match = /^\s*([A-Za-z0-9_-]{1,100})\s*:\s*(\S.*)$/.exec(line);
    if (match) lines.set(match[1] ?? "", match[2] ?? "");
  }
  const words = (name: string): string[] | null => {
    const line = lines.get(name);
    if (line === undefined) return null;
    const found = commandWords(line.trim());
    if (found) return found;
    throw invalidInput([
      {
        path: `${file}.${name}`,
        expected: "a program and its arguments without signs for a shell; put the rest into a script and name that",
      },
    ]);
  };
  return {
    file,
    web: words("web"),
    release: words("release"),
    others: [...lines.keys()].filter((name) => name !== "web" && name !== "release").sort(),
  };
}
