import { type Fence, isCode, linesMatching } from "./fence.ts";

const named = /import\s+(?:type\s+)?([^"']+?)\s+from\s+["'](?:node:)?child_process["']/g;

/** Security rule 1: no shell ever sees a value. Programs are started with lists of arguments. */
export const noShell: Fence = (file) => {
  if (!isCode(file.path)) return [];
  const imported = [...file.text.matchAll(named)].flatMap((match) => {
    const line = file.text.slice(0, match.index + match[0].length).split("\n").length;
    const clause = match[1] ?? "";
    if (!clause.startsWith("{"))
      return [{ path: file.path, line, message: "import the functions of child_process by name, so that a shell can be seen" }];
    const banned = /\b(exec|execSync)\b/.exec(clause)?.[1];
    return banned === undefined ? [] : [{ path: file.path, line, message: `${banned} starts a shell; use execFile or spawn with a list` }];
  });
  return [
    ...imported,
    ...linesMatching(file, /\bshell:\s*(?!false\b)\S/, "a shell would read the arguments; leave it out"),
    ...linesMatching(
      file,
      /(require|import)\(\s*["'](node:)?child_process["']/,
      "import the functions of child_process by name, at the top",
    ),
  ];
};
