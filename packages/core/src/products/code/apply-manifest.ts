import { invalidInput } from "../../draft-issues.ts";
import type { ReadManifest } from "./agentpod-manifest.ts";
import type { Aspect } from "./analysis.ts";
import { type Findings, nothingFound, type Say } from "./findings.ts";

/** Findings with what `agentpod.yaml` says in their place. */
export function applyManifest(found: Findings, manifest: ReadManifest, say: Say): Findings {
  const { said, file } = manifest;
  const told = (about: Aspect): void => say(about, "agentpod.yaml says so.", file);
  const next: Findings = { ...found };
  if (said.runtime !== undefined) {
    const [name, version = ""] = said.runtime.split("@");
    next.runtime = { name: name === "python" ? "python" : "node", version };
    told("runtime");
  }
  for (const key of ["install", "build", "migrations", "ports", "needs", "env", "singlePage"] as const) {
    if (said[key] === undefined) continue;
    Object.assign(next, { [key]: said[key] });
    told(key === "singlePage" ? "output" : key);
  }
  if (said.probe !== undefined) {
    next.probe = said.probe === "tcp" ? { kind: "tcp" } : { kind: "http", path: said.probe };
    told("probe");
  }
  if (said.environment !== undefined) {
    next.startEnv = { ...found.startEnv, ...said.environment };
    told("start");
  }
  if (said.output !== undefined && said.start === undefined) {
    Object.assign(next, {
      type: found.type === "manifest" ? "manifest" : "static",
      output: said.output || ".",
      start: null,
      startEnv: {},
      ports: [],
    });
    next.probe = said.probe === undefined ? { kind: "http", path: "/" } : next.probe;
    told("output");
  }
  if (said.start !== undefined) {
    next.start = said.start;
    told("start");
    // A site that is started after all is a program.
    if (found.type === "static")
      Object.assign(next, {
        type: next.runtime?.name ?? "node",
        output: null,
        singlePage: false,
        ports: said.ports ?? [3000],
        startEnv: { PORT: "{{ units.app.port }}", ...next.startEnv },
      });
  }
  return next;
}

/** A project of which `agentpod.yaml` alone says what it is. Throws `invalid` for what it would have to say beside. */
export function manifestAlone({ said, file }: ReadManifest, root: string, say: Say): Findings {
  say("type", "Nothing else is known of the project: agentpod.yaml says it all.", file);
  const found = nothingFound("manifest", root);
  if (said.output !== undefined) return found;
  if (said.start === undefined)
    throw invalidInput([
      { path: `${file}.start`, expected: "a command, or output for a static site: nothing else in the project says how it runs" },
    ]);
  if (said.runtime === undefined)
    throw invalidInput([
      { path: `${file}.runtime`, expected: "what start needs, such as node@22 or python@3.12: nothing else in the project says it" },
    ]);
  const ports = said.ports ?? [3000];
  if (said.ports === undefined) say("ports", "Port 3000 is the usual one; PORT tells it.", null);
  if (said.probe === undefined) say("probe", "Nothing answers whether it is well; that it listens is enough.", null);
  return { ...found, ports, startEnv: { PORT: "{{ units.app.port }}" }, probe: { kind: "tcp" } };
}
