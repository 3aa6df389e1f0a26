import type { Analysis, Aspect, Reason } from "@agentpod/core/products/code/analysis";
import { shownCommand } from "@agentpod/core/products/code/shown-command";

/** What a project is and why, for people: each finding with its reasons below it, and what to look at in the end. */
export function describeAnalysis(analysis: Analysis, notices: readonly string[]): string {
  const lines = findings(analysis).flatMap(([about, label, value]) => {
    const why = analysis.reasons
      .filter((reason) => reason.about === about && !reason.warns)
      .map((reason) => `                ${said(reason)}`);
    return value === "" && why.length === 0 ? [] : [`${label.padEnd(16)}${value}`.trimEnd(), ...why];
  });
  const look = [
    ...analysis.reasons.filter(({ warns }) => warns).map(said),
    ...analysis.refused.map(({ path, expected }) => `${path}: ${expected}.`),
    ...notices,
  ];
  return [...lines, ...(look.length > 0 ? ["", "To look at:", ...look.map((line) => `- ${line}`)] : [])].join("\n");
}

const said = ({ text, file }: Reason): string => (file === null ? text : `${text} (${file})`);

function findings(found: Analysis): [about: Aspect, label: string, value: string][] {
  const { packageManager: manager, runtime, probe } = found;
  return [
    ["type", "type", found.type],
    ["root", "folder", [found.root, found.package].filter((part) => part !== null && part !== "").join("/")],
    ["framework", "framework", found.framework ?? ""],
    ["runtime", "runtime", runtime === null ? "" : `${runtime.name} ${runtime.version}`],
    [
      "packageManager",
      "package manager",
      manager === null ? "" : [manager.name, manager.version].filter((part) => part !== null).join(" "),
    ],
    ["install", "install", commands(found.install)],
    ["build", "build", commands(found.build)],
    ["start", "start", found.start === null ? "" : shownCommand(found.start)],
    [
      "output",
      "served folder",
      found.output === null ? "" : `${found.output}${found.singlePage ? " (paths that are no file get index.html)" : ""}`,
    ],
    ["ports", "port", found.ports.join(", ")],
    ["probe", "health", probe === null ? "" : probe.kind === "tcp" ? "it listens" : `GET ${probe.path}`],
    ["needs", "needs", found.needs.join(", ")],
    ["env", "environment", found.env.join(", ")],
    ["migrations", "migrations", found.migrations === null ? "" : shownCommand(found.migrations)],
    ["units", "units", found.units.map(({ name }) => name).join(", ")],
  ];
}

const commands = (list: readonly string[][]): string => list.map(shownCommand).join("; ");
