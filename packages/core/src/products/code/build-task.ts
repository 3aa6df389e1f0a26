import type { PodSpecInput } from "../../pod-spec.ts";
import type { Analysis } from "./analysis.ts";
import { buildScript, startScript } from "./build-script.ts";
import { toolEnvironment, toolSteps } from "./build-tools.ts";

export interface CodeBuild {
  /** Of the appliance that the application will run on. */
  image: string;
  runtime: NonNullable<Analysis["runtime"]>;
  /** Digest of the source's snapshot. */
  source: string;
  root: string;
  manager: Analysis["packageManager"];
  install: string[][];
  build: string[][];
  /** May hold `{{ secrets.NAME }}` of the build pod. */
  env: Record<string, string>;
  limits: BuildLimits;
}

export interface BuildLimits {
  cpus: number;
  memoryMb: number;
  /** For all steps together. */
  seconds: number;
}

/** Of the unit of a build pod. */
export const buildUnit = "build";
/** Where code lies in the build and in what runs. */
export const codePath = "/app";

/** Who builds in an appliance, and its home folder: what package managers keep from one build to the next. */
const builders = { node: { user: "node", home: "/home/node" }, python: { user: undefined, home: "/root" } };

/**
 * The pod that builds a project: a task, which leaves its result in its code folder. As the next generation of the same pod it
 * builds again, with what the package manager has kept.
 */
export function buildTask({ image, runtime, source, root, manager, install, build, env, limits }: CodeBuild): PodSpecInput {
  const { user, home } = builders[runtime.name];
  const tools = manager === null ? [] : toolSteps(manager, runtime.name === "node" ? runtime.version : null);
  const steps = [...tools, ...install, ...build].flatMap((step) => [String(step.length), ...step]);
  const command = ["sh", "-c", buildScript, "agentpod", "{{ code }}", root, String(limits.seconds), ...steps];
  return {
    lifecycle: "task",
    units: [
      {
        name: buildUnit,
        image,
        code: { artifact: source, path: codePath },
        ...(user !== undefined && { user }),
        command,
        env: { ...toolEnvironment, ...env, HOME: "{{ volumes.home }}" },
        volumes: [{ name: "home", path: home, backup: { how: "none" } }],
        resources: { cpus: limits.cpus, memoryMb: limits.memoryMb, pids: 2048, yields: true },
        stopGraceSeconds: 2,
        local: { argv: command, needs: localNeeds(runtime) },
      },
    ],
  };
}

/** Programs that an appliance has, where there are no images. */
export function localNeeds({ name, version }: NonNullable<Analysis["runtime"]>): string[] {
  return name === "node" ? ["node", "npm"] : ["python3", `python${version}`];
}

/** The command of the application's unit, or of its migrations: runs `start` in the project's folder, with the tools that its build brought. */
export function startCommand(start: readonly string[], root: string): string[] {
  return ["sh", "-c", startScript, "agentpod", "{{ code }}", root, ...start];
}
