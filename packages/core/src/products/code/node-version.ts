import { intersects, validRange } from "semver";
import { textOf } from "./field-of.ts";
import type { Say } from "./findings.ts";
import { joined, type ProjectFiles } from "./project-files.ts";

/** Versions that there are appliances for, the newest first. */
export const nodeVersions = ["24", "22", "20", "18"] as const;
const usual = "24";
const codeNames: Record<string, string> = { hydrogen: "18", iron: "20", jod: "22", krypton: "24" };

/** The newest version of Node that a project takes, by what it says first: a version file, volta, engines; nearest folder first. */
export function nodeVersion(files: ProjectFiles, folders: readonly string[], say: Say): string {
  for (const { file, range } of asked(files, folders)) {
    const wanted = range.trim().toLowerCase();
    const plain = codeNames[wanted.replace(/^lts\//, "")] ?? (/^(lts\/\*|lts|node|latest|current|stable)$/.test(wanted) ? usual : wanted);
    const version = fitting(plain);
    if (version !== null) {
      say("runtime", `Node ${version} is the newest on offer that fits ${quoted(range)}.`, file);
      return version;
    }
    const isRange = validRange(plain.slice(0, 100)) !== null;
    const other = nearestTo(plain);
    say(
      "runtime",
      isRange
        ? `Node ${quoted(range)} is not on offer; Node ${other} is taken.`
        : `${quoted(range)} is no version of Node; Node ${other} is taken.`,
      file,
      true,
    );
    return other;
  }
  say("runtime", `Nothing asks for a version of Node; Node ${usual} is taken.`, null);
  return usual;
}

function asked(files: ProjectFiles, folders: readonly string[]): { file: string; range: string }[] {
  return folders.flatMap((folder) => {
    const plain = [".nvmrc", ".node-version"].flatMap((name) => {
      const file = joined(folder, name);
      const range = files.glance(file)?.split("\n")[0]?.trim() ?? "";
      return range === "" ? [] : [{ file, range }];
    });
    const file = joined(folder, "package.json");
    const told = files.data(file);
    return [
      ...plain,
      ...[textOf(told, "volta", "node"), textOf(told, "engines", "node")].flatMap((range) => (range ? [{ file, range }] : [])),
    ];
  });
}

function fitting(range: string): string | null {
  if (range.length > 100 || validRange(range) === null) return null;
  // A range of a whole major: what an appliance holds is its latest.
  return nodeVersions.find((version) => intersects(range, `${version}.x`)) ?? null;
}

function nearestTo(range: string): string {
  const major = Number(/\d{1,3}/.exec(range)?.[0] ?? usual);
  return [...nodeVersions].reverse().find((version) => Number(version) >= major) ?? usual;
}

const quoted = (text: string): string => JSON.stringify(text.slice(0, 40));
