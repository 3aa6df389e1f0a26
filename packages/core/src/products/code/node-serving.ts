import { invalidInput } from "../../draft-issues.ts";
import type { Findings } from "./findings.ts";
import type { NodeScene } from "./node-scene.ts";
import { sitePlan } from "./node-site.ts";
import { entryFile, startScript } from "./node-start.ts";
import { readProcfile } from "./procfile.ts";
import { joined } from "./project-files.ts";

type Served = Pick<Findings, "type" | "start" | "startEnv" | "ports" | "probe" | "output" | "singlePage">;

export interface NodeServing extends Served {
  /** What is still to be done after the build. */
  after: string[][];
}

/**
 * How the application is started, or which folder is served. A Procfile goes first, then what its framework builds, then a script,
 * then a file. Throws `invalid` where there is nothing, unless its owner says it anyway (`startIsGiven`).
 */
export function nodeServing(scene: NodeScene, startIsGiven: boolean): NodeServing {
  const { files, pkg, framework, say } = scene;
  const procfile = readProcfile(files, pkg.folder) ?? (pkg === scene.root ? null : readProcfile(files, scene.root.folder));
  if (procfile?.others.length)
    say("start", `Procfile has further processes, which are not started: ${procfile.others.join(", ")}.`, procfile.file, true);
  if (procfile?.web) {
    say("start", "Procfile says how it starts.", procfile.file);
    return started(scene, procfile.web, { PORT: "{{ units.app.port }}" }, null);
  }
  if (framework?.kind === "site") {
    const plan = sitePlan({ ...scene, framework });
    if (plan.serves === "files") {
      say("probe", "Its first page says whether it is well.", null);
      say("output", `What is served is the folder ${plan.output}.`, pkg.file);
      const served = { output: plan.output, singlePage: plan.singlePage, probe: { kind: "http", path: "/" } as const };
      return { type: "static", start: null, startEnv: {}, ports: [], after: [], ...served };
    }
    if (plan.serves === "program") return program(scene, plan);
    if (!startIsGiven) throw invalidInput([{ path: plan.path, expected: plan.expected }]);
  }
  return started(scene, startOf(scene, startIsGiven), { PORT: "{{ units.app.port }}" }, null);
}

function program(
  scene: NodeScene,
  plan: { start: string[] | null; startEnv: Record<string, string>; port: number; after: string[][] },
): NodeServing {
  const { pkg, commands, say } = scene;
  const { script } = startScript(pkg);
  // A standalone server is not what `next start` starts.
  const own = script !== null && plan.after.length === 0 ? commands.run(script) : null;
  const start = own ?? plan.start;
  if (start === null) throw noStart(scene);
  say("start", own ? `Its script ${script} starts it.` : "It is started as its framework says.", pkg.file);
  return { ...started(scene, start, plan.startEnv, plan.port), probe: probeOf(scene, true), after: plan.after };
}

function startOf(scene: NodeScene, startIsGiven: boolean): string[] | null {
  const { files, pkg, commands, say } = scene;
  const { script, passed } = startScript(pkg);
  if (passed.length > 0) say("start", `Scripts for development are passed over: ${passed.join(", ")}.`, pkg.file);
  if (script !== null) {
    say("start", `Its script ${script} starts it.`, pkg.file);
    return commands.run(script);
  }
  const entry = entryFile(files, pkg);
  if (entry !== null) {
    const path = joined(scene.at, entry.path);
    say(
      "start",
      entry.isMain ? `Its main file is ${entry.path}.` : `No script starts it; ${entry.path} is there.`,
      entry.isMain ? pkg.file : joined(pkg.folder, entry.path),
    );
    return ["node", path];
  }
  if (startIsGiven) return null;
  throw noStart(scene);
}

const noStart = ({ pkg }: NodeScene) =>
  invalidInput([
    {
      path: `${pkg.file}.scripts.start`,
      expected:
        'a script that starts it in production, such as "node server.js"; or a line "web: node server.js" in a Procfile, or start in agentpod.yaml',
    },
  ]);

function started(scene: NodeScene, start: string[] | null, startEnv: Record<string, string>, usualPort: number | null): NodeServing {
  const served = { ports: [portOf(scene, usualPort)], probe: probeOf(scene, false), output: null, singlePage: false };
  return { type: "node", start, startEnv: { NODE_ENV: "production", ...startEnv }, after: [], ...served };
}

/** The framework's own, or what a script or the code says. */
function portOf({ pkg, code, say }: NodeScene, usual: number | null): number {
  const script = startScript(pkg).script ?? "";
  const flag = Number(/(?:^|\s)(?:-p|--port)[= ](\d{2,5})(?=\s|$)/.exec((pkg.scripts.get(script) ?? "").slice(0, 1000))?.[1] ?? 0);
  if (flag >= 1 && flag <= 65_535) {
    say("ports", `Its script ${script} names port ${flag}.`, pkg.file);
    return flag;
  }
  if (usual === null && code.port !== null) {
    say("ports", `Its code names port ${code.port.value}.`, code.port.file);
    return code.port.value;
  }
  const port = usual ?? 3000;
  say("ports", `Port ${port} is the usual one; PORT tells it.`, null);
  return port;
}

function probeOf({ code, say }: NodeScene, hasPages: boolean): Findings["probe"] {
  if (code.health !== null) {
    say("probe", `${code.health.path} answers whether it is well.`, code.health.file);
    return { kind: "http", path: code.health.path };
  }
  say(
    "probe",
    hasPages ? "Its first page says whether it is well." : "Nothing answers whether it is well; that it listens is enough.",
    null,
  );
  return hasPages ? { kind: "http", path: "/" } : { kind: "tcp" };
}
