import type { Issue } from "@agentpod/core/errors";
import { readSpec } from "../pod/environment/spec-lines.ts";

export interface ManifestProblem {
  /** Of `agent.yaml`, from 1; null where it belongs to no line. */
  line: number | null;
  path: string;
  text: string;
}

/** `agent.yaml` as a value, or its mistake and the line of it. */
export function readManifest(text: string): { given: unknown } | { mistake: string; line: number | null } {
  try {
    return { given: readSpec(text).spec };
  } catch (thrown) {
    const mistake = thrown instanceof Error ? thrown.message : String(thrown);
    const line = /line (\d+)/.exec(mistake)?.[1];
    return { mistake, line: line === undefined ? null : Number(line) };
  }
}

/** What the API found wrong with a manifest, by the lines of its text. `told`: in the reader's language. */
export function manifestProblems(
  text: string,
  issues: readonly Issue[],
  told: (expected: string, nearest: string | undefined) => string,
): ManifestProblem[] {
  const { lineOf } = readSpec(text);
  return issues.map(({ path, expected, nearest }) => {
    const own = path.replace(/^package\.?/, "");
    return { line: own === "" ? null : lineOf(own), path: own, text: told(expected, nearest) };
  });
}
