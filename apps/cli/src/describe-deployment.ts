import type { DeploymentLog, DeploymentSummary, DeploymentView } from "@agentpod/core/api/deployment-view";
import { age, printable } from "./format-values.ts";

/** A deployment for people. */
export function describeDeployment(deployment: DeploymentSummary | DeploymentView): string {
  const { tenant, name, number, action, target, state, step, message, origin, source, url, serves, createdAt, actor } = deployment;
  const lines = [
    `${tenant}/${name} ${number}${action === "rollback" ? ` (back to ${target})` : action === "promote" ? " (promoted)" : ""}`,
    `state    ${state}${serves ? ", serves" : ""}${step === null ? "" : ` in ${step}`}`,
    `message  ${printable(message)}`,
    ...(url === null ? [] : [`url      ${url}`]),
    `source   ${printable(origin)} ${source}`,
    `asked    ${age(createdAt)} ago by ${actor}`,
  ];
  if (!("analysis" in deployment)) return lines.join("\n");
  const { analysis, environment, artifact } = deployment;
  const names = Object.keys(environment);
  return [
    ...lines,
    ...(artifact === null ? [] : [`built    ${artifact}`]),
    ...(names.length === 0 ? [] : [`env      ${names.join(", ")}`]),
    ...(analysis === null
      ? []
      : [
          `found    ${[analysis.type, analysis.framework, analysis.runtime && `${analysis.runtime.name} ${analysis.runtime.version}`].filter(Boolean).join(", ")}`,
          ...analysis.reasons.filter(({ warns }) => warns).map(({ text }) => `look at  ${printable(text)}`),
        ]),
  ].join("\n");
}

/** The lines of a deployment's log that tell why it did not succeed; null: it did, or its log may not be read. */
export function describeFailure(log: DeploymentLog | null): string[] {
  // A server of before does not tell them.
  const lines = log?.relevant ?? [];
  return lines.length === 0 ? [] : ["log", ...lines.map((line) => `  ${printable(line)}`)];
}
