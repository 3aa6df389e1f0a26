import { basename } from "node:path";
import { type Breach, type Fence, isCode, linesMatching } from "./fence.ts";

const vague = /^(utils?|types?|helpers?|common|misc|index)$/;

/** Kebab-case files named after what they hold; no barrels, no drawers for everything. */
export const naming: Fence = (file) => {
  if (!isCode(file.path)) return [];
  const stem = basename(file.path).replace(/(\.(test|config|d))?\.[a-z]+$/, "");
  const whole = (message: string): Breach => ({ path: file.path, line: null, message });
  const statements = file.text
    .replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, "")
    .split(";")
    .map((statement) => statement.trim());
  const isBarrel = statements.some((s) => s !== "") && statements.every((s) => s === "" || /^export\s[\s\S]*\sfrom\s+["']/.test(s));
  return [
    ...(vague.test(stem) ? [whole(`"${stem}" says nothing; name the file after its export`)] : []),
    ...(/^[a-z0-9]+(-[a-z0-9]+)*$/.test(stem) ? [] : [whole("file names are kebab-case")]),
    ...(isBarrel ? [whole("a barrel: import from the files themselves")] : []),
    ...linesMatching(file, /^\s*export\s+\*/, "a barrel: name what is exported"),
    ...linesMatching(
      file,
      /\b(class|interface|function|const)\s+\w*(Manager|Helper)\b/,
      "Manager and Helper say nothing; name what it does or is",
    ),
  ];
};
