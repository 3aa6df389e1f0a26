import { environmentName } from "@agentpod/core/deployment";

/** One variable of the form. */
export interface EnvironmentRow {
  /** Of the row, for as long as the form is open. */
  id: number;
  name: string;
  value: string;
  /** Of one that has a value already: it is to go. */
  isRemoved: boolean;
}

export type RowProblem = "name" | "twice";

const nextId = (rows: readonly EnvironmentRow[]): number => rows.reduce((most, { id }) => Math.max(most, id), 0) + 1;

/** One row more for each name that has none; where it has one, a value that is given takes the place of what was typed. */
export function withVariables(
  rows: readonly EnvironmentRow[],
  given: readonly (readonly [name: string, value: string])[],
): EnvironmentRow[] {
  const all = [...rows];
  for (const [name, value] of given) {
    const at = name === "" ? -1 : all.findIndex((row) => row.name === name);
    const row = all[at];
    if (row === undefined) all.push({ id: nextId(all), name, value, isRemoved: false });
    else if (value !== "") all[at] = { ...row, value, isRemoved: false };
  }
  return all;
}

/** What is wrong with rows, by their ids. A row without a name and a value is no variable yet. */
export function rowProblems(rows: readonly EnvironmentRow[]): Map<number, RowProblem> {
  const problems = new Map<number, RowProblem>();
  const seen = new Set<string>();
  for (const { id, name, value } of rows) {
    if (name === "" && value === "") continue;
    if (!environmentName.safeParse(name).success) problems.set(id, "name");
    else if (seen.has(name)) problems.set(id, "twice");
    seen.add(name);
  }
  return problems;
}

/** As the API takes it: values that are given, null for those of `kept` that are to go. What is left empty is not said, and stays as it is. */
export function environmentOf(rows: readonly EnvironmentRow[], kept: ReadonlySet<string>): Record<string, string | null> {
  const said = rows.flatMap(({ name, value, isRemoved }): [string, string | null][] => {
    if (isRemoved && kept.has(name)) return [[name, null]];
    return name === "" || value === "" ? [] : [[name, value]];
  });
  return Object.fromEntries(said);
}
