import { findNeeds } from "./find-needs.ts";
import { type Findings, nothingFound, type Say } from "./findings.ts";
import { nodeVersion } from "./node-version.ts";
import { joined, type ProjectFiles } from "./project-files.ts";
import { type CodeFacts, scanCode } from "./scan-code.ts";

const stems = ["server", "index", "app", "main"];

/** A program for Node beside which there is no package.json: one of a usual name that listens. Null without one. */
export function bareNodeFile(files: ProjectFiles, folder: string): string | null {
  const names = stems.flatMap((stem) => ["mjs", "cjs", "js"].map((end) => `${stem}.${end}`));
  return names.find((name) => /\.listen\(/.test(files.glance(joined(folder, name)) ?? "")) ?? null;
}

/** What it is: nothing is installed or built. */
export function analyzeBareNode(files: ProjectFiles, folder: string, name: string, say: Say): { findings: Findings; code: CodeFacts } {
  const file = joined(folder, name);
  say("type", "It is a program for Node that listens, without a package.json: nothing is installed.", file);
  say("start", `${name} starts it.`, file);
  const code = scanCode(files, folder, "node");
  const port = code.port?.value ?? 3000;
  if (code.port) say("ports", `Its code names port ${port}.`, code.port.file);
  else say("ports", `Port ${port} is the usual one; PORT tells it.`, null);
  if (code.health) say("probe", `${code.health.path} answers whether it is well.`, code.health.file);
  else say("probe", "Nothing answers whether it is well; that it listens is enough.", null);
  return {
    code,
    findings: {
      ...nothingFound("node", folder),
      runtime: { name: "node", version: nodeVersion(files, [folder], say) },
      start: ["node", name],
      startEnv: { NODE_ENV: "production", PORT: "{{ units.app.port }}" },
      ports: [port],
      probe: code.health ? { kind: "http", path: code.health.path } : { kind: "tcp" },
      ...findNeeds(files, folder, new Map(), code, say),
    },
  };
}
