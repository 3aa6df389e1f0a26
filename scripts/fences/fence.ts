/** One file of the repository. */
export interface SourceFile {
  /** From the root, with `/`. */
  path: string;
  text: string;
}

export interface Breach {
  path: string;
  /** From 1; null: the file as a whole. */
  line: number | null;
  /** What is wrong and what to do instead. */
  message: string;
}

/** A rule of the design that a machine can hold: what in a file breaks it. Pure. */
export type Fence = (file: SourceFile) => Breach[];

/** Breaches of a pattern, line by line; comments are not code unless `inComments`. */
export function linesMatching(file: SourceFile, pattern: RegExp, message: string, inComments = false): Breach[] {
  return file.text.split("\n").flatMap((text, i) => {
    const isComment = /^\s*(\/\/|\/?\*)/.test(text);
    return pattern.test(text) && (inComments || !isComment) ? [{ path: file.path, line: i + 1, message }] : [];
  });
}

/** Applications that are written as others would write theirs. */
const isSample = (path: string): boolean => /^(templates|examples|packages\/core\/test\/projects)\//.test(path);

/** TypeScript and JavaScript, ours. */
export const isCode = (path: string): boolean => /\.(ts|tsx|mts|mjs|js)$/.test(path) && !isSample(path);

/** Code that runs only on a developer's machine. */
export const isBench = (path: string): boolean =>
  /(^|\/)(tests?|scripts|bench)\//.test(path) || /\.(test|config)\.ts$/.test(path) || path.includes("/conformance");
