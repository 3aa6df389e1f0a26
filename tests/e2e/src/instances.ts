import { readdirSync, readFileSync } from "node:fs";
import { docker } from "./engine.ts";

/** Instances of a kept pod's units on this machine, dead ones included where the runtime keeps them: `<unit> <state>`, sorted. */
export function instancesOf(runtime: "process" | "docker", pod: { id: string; name: string }): string[] {
  return (runtime === "docker" ? containers(pod.id) : processes(pod.name)).sort();
}

function containers(pod: string): string[] {
  const format = '{{.Label "agentpod.unit"}} {{.State}}';
  return docker("ps", "-a", "--filter", `label=agentpod.pod=${pod}`, "--format", format)
    .split("\n")
    .filter((line) => line !== "");
}

/** Programs alone: the shells and the sandbox around them name the program too, as arguments of their own. */
function processes(name: string): string[] {
  return readdirSync("/proc").flatMap((pid) => {
    const argv = /^\d+$/.test(pid) ? commandLine(pid) : [];
    const last = argv.at(-1) ?? "";
    return /(^|\/)node$/.test(argv[0] ?? "") && last.startsWith(`${name}/`) ? [`${last.slice(name.length + 1)} running`] : [];
  });
}

function commandLine(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").slice(0, -1);
  } catch {
    return [];
  }
}
