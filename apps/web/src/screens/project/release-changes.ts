import type { DeploymentView } from "@agentpod/core/api/deployment-view";
import { type Change, specDiff } from "../pod/revisions/spec-diff.ts";

/** What became of a variable; its values are nobody's to see. */
export interface VariableChange {
  name: string;
  is: "added" | "changed" | "removed";
}

export interface ReleaseChanges {
  variables: VariableChange[];
  /** Code, what was built of it, settings, and what the project was found to be. */
  rest: Change[];
}

/** What differs between two deployments of an application. */
export function releaseChanges(before: DeploymentView, after: DeploymentView): ReleaseChanges {
  const names = [...new Set([...Object.keys(before.environment), ...Object.keys(after.environment)])].sort();
  return {
    variables: names.flatMap((name): VariableChange[] => {
      const [old, now] = [versionOf(before, name), versionOf(after, name)];
      if (old === now) return [];
      return [{ name, is: old === null ? "added" : now === null ? "removed" : "changed" }];
    }),
    rest: specDiff(shown(before), shown(after)),
  };
}

function versionOf({ environment }: DeploymentView, name: string): number | null {
  return Object.hasOwn(environment, name) ? (environment[name] ?? null) : null;
}

function shown({ source, artifact, settings, analysis }: DeploymentView): unknown {
  return { code: source, ...(artifact !== null && { built: artifact }), settings, ...(analysis !== null && { found: foundOf(analysis) }) };
}

/** What says how it is built and run; reasons are the analyzer's. */
function foundOf({
  reasons: _reasons,
  refused: _refused,
  notOffered: _notOffered,
  env: _env,
  ...found
}: NonNullable<DeploymentView["analysis"]>) {
  const argv = (list: readonly string[][]): string[] => list.map((one) => one.join(" "));
  return { ...found, install: argv(found.install), build: argv(found.build), start: found.start?.join(" ") ?? null };
}
