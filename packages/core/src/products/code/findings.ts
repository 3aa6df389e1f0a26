import type { Analysis, Aspect, ProjectType, Reason } from "./analysis.ts";

/** Collects why. */
export type Say = (about: Aspect, text: string, file: string | null, warns?: boolean) => void;

export interface Notes {
  say: Say;
  readonly reasons: Reason[];
}

export function notes(): Notes {
  const reasons: Reason[] = [];
  return { reasons, say: (about, text, file, warns = false) => void reasons.push({ about, text, file, warns }) };
}

/** What one kind of project finds out; the rest is found for all alike. */
export type Findings = Omit<Analysis, "reasons">;

/** Findings of a project about which nothing is known but its kind. */
export function nothingFound(type: ProjectType, root: string): Findings {
  return {
    type,
    root,
    package: null,
    framework: null,
    packageManager: null,
    runtime: null,
    install: [],
    build: [],
    start: null,
    startEnv: {},
    ports: [],
    probe: null,
    output: null,
    singlePage: false,
    needs: [],
    notOffered: [],
    env: [],
    migrations: null,
    dockerfile: null,
    units: [],
    refused: [],
  };
}
