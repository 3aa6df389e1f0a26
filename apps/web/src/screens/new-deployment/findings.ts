import type { DeploymentView } from "@agentpod/core/api/deployment-view";
import { shownCommand } from "@agentpod/core/products/code/shown-command";

/** As the API answers it. */
export type AnalysisView = NonNullable<DeploymentView["analysis"]>;
type Reason = AnalysisView["reasons"][number];

export const findingAbouts = [
  ...(["type", "root", "framework", "runtime", "packageManager", "install", "build", "start"] as const),
  ...(["output", "ports", "probe", "needs", "env", "migrations", "units"] as const),
];

/** One thing that was found out about a project, and why. */
export interface Finding {
  about: (typeof findingAbouts)[number];
  /** Names, commands and paths, as they are; empty where the reasons say it all. */
  values: string[];
  reasons: Reason[];
}

/** What was found, in the order in which it is told; nothing of what was not. What somebody should look at is not among the reasons. */
export function findings(found: AnalysisView): Finding[] {
  const { packageManager: manager, runtime, probe } = found;
  const values: Record<Finding["about"], string[]> = {
    type: [found.type],
    root: [[found.root, found.package].filter(Boolean).join("/")],
    framework: [found.framework ?? ""],
    runtime: [runtime === null ? "" : `${runtime.name} ${runtime.version}`],
    packageManager: [manager === null ? "" : [manager.name, manager.version].filter(Boolean).join(" ")],
    install: found.install.map(shownCommand),
    build: found.build.map(shownCommand),
    start: [found.start === null ? "" : shownCommand(found.start)],
    output: [found.output ?? ""],
    ports: [found.ports.join(", ")],
    probe: [probe?.kind === "http" ? `GET ${probe.path ?? "/"}` : ""],
    needs: [found.needs.join(", ")],
    env: [found.env.join(", ")],
    migrations: [found.migrations === null ? "" : shownCommand(found.migrations)],
    units: [found.units.map(({ name }) => String(name)).join(", ")],
  };
  return findingAbouts.flatMap((about) => {
    const own = values[about].filter((value) => value !== "");
    const reasons = found.reasons.filter((reason) => reason.about === about && !reason.warns);
    return own.length === 0 && reasons.length === 0 ? [] : [{ about, values: own, reasons }];
  });
}

/** What works perhaps, and somebody should look at. */
export const warningsOf = ({ reasons }: AnalysisView): Reason[] => reasons.filter(({ warns }) => warns);
