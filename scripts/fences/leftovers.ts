import { type Fence, isBench, linesMatching } from "./fence.ts";

const isText = /\.(ts|tsx|mjs|js|json|md|ya?ml|sh|sql)$|(^|\/)(Dockerfile|agentpod|run)$/;

/** What must not be handed over: work that was put off, and traces of one person's machine. */
export const leftovers: Fence = (file) => {
  if (!isText.test(file.path)) return [];
  return [
    // Written apart, so that this file does not find itself.
    ...linesMatching(file, new RegExp(`\\b(${["TO" + "DO", "FIX" + "ME", "XX" + "X"].join("|")})\\b`), "do it, or file an issue", true),
    ...linesMatching(file, /(^|[\s"'`(=:])\/(work|Users\/\w+)\/[\w.]/, "a path of one machine", true),
    // Tests may well speak of somebody's home.
    ...(isBench(file.path)
      ? []
      : linesMatching(file, /(^|[\s"'`(=:])\/(root|home\/(?!node\b|user\b)[a-z]\w*)\/[\w.]/, "a path of one machine", true)),
    ...linesMatching(
      file,
      new RegExp(`\\b(${["registry\\.npm" + "js", "deb\\.deb" + "ian", "pypi\\.o" + "rg"].join("|")})\\b`),
      "a registry's host is a setting, never code",
      true,
    ),
  ];
};
