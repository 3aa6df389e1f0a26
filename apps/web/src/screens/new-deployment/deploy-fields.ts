import type { DeploySettings } from "@agentpod/core/deployment";
import type { NeedKind } from "@agentpod/core/products/code/analysis";

/** What can be said of a deployment besides its variables, as it is typed. */
export interface DeployFields {
  name: string;
  root: string;
  runtime: string;
  /** Null: those that the analysis finds. */
  needs: readonly NeedKind[] | null;
  cpus: string;
  memoryMb: string;
  buildMemoryMb: string;
  buildMinutes: string;
}

export const emptyFields: DeployFields = {
  ...{ name: "", root: "", runtime: "", needs: null },
  ...{ cpus: "", memoryMb: "", buildMemoryMb: "", buildMinutes: "" },
};

/** The fields as they were filled in for an earlier deployment. */
export function fieldsOf(name: string, { root, runtime, needs, ...numbers }: DeploySettings): DeployFields {
  const text = (value: number | undefined): string => (value === undefined ? "" : String(value));
  return {
    ...{ name, root: root ?? "", runtime: runtime ?? "", needs: needs ?? null },
    ...{ cpus: text(numbers.cpus), memoryMb: text(numbers.memoryMb) },
    ...{ buildMemoryMb: text(numbers.buildMemoryMb), buildMinutes: text(numbers.buildMinutes) },
  };
}

/** As the API takes them: what was left empty is not sent. What is no number goes as it was typed, and the API says what it should be. */
export function settingsOf({ root, runtime, needs, ...texts }: DeployFields): DeploySettings {
  const number = (text: string): number | undefined => {
    const typed = text.trim();
    if (typed === "") return undefined;
    return Number.isFinite(Number(typed)) ? Number(typed) : (typed as unknown as number);
  };
  const settings = {
    root: root.trim() || undefined,
    runtime: runtime.trim() || undefined,
    needs: needs === null ? undefined : [...needs],
    cpus: number(texts.cpus),
    memoryMb: number(texts.memoryMb),
    buildMemoryMb: number(texts.buildMemoryMb),
    buildMinutes: number(texts.buildMinutes),
  };
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)) as DeploySettings;
}
