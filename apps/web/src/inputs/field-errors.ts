import type { AppError } from "@agentpod/core/errors";
import { useState } from "react";
import { useIssueTexts } from "./use-issue-texts.ts";

export interface FieldErrors {
  /** What is wrong at a path such as `inputs.memoryMb`. */
  at(path: string): string | undefined;
  /** Issues that no field of the form shows. */
  others(shown: readonly string[]): string[];
  /** Takes an error's issues; false when it names none, and must be told in another way. */
  take(error: AppError): boolean;
  clear(): void;
}

/** What the API found wrong, sorted to the fields by the issues' paths. */
export function useFieldErrors(): FieldErrors {
  const textsOf = useIssueTexts();
  const [issues, setIssues] = useState<{ path: string; text: string }[]>([]);
  return {
    at: (path) => issues.find((issue) => issue.path === path)?.text,
    others: (shown) => issues.filter(({ path }) => !shown.includes(path)).map(({ path, text }) => `${path}: ${text}`),
    take(error) {
      const texts = textsOf(error.issues);
      setIssues(texts);
      return texts.length > 0;
    },
    clear: () => setIssues([]),
  };
}
