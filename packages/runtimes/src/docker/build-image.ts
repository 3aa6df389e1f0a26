import type { Readable } from "node:stream";
import { AppError } from "@agentpod/core/errors";
import type { UnitRun } from "@agentpod/core/runtime";
import { trustingContext } from "./build-context.ts";
import type { Engine } from "./engine.ts";
import { toDriverError } from "./engine-error.ts";
import { jsonLines } from "./json-lines.ts";
import { buildTag, networkName, scopeLabels } from "./names.ts";

export interface BuildOptions {
  installation: string;
  openArtifact: (digest: string) => Promise<Readable>;
  /** PEM bundle that every stage of the build trusts; null: none. */
  ca: string | null;
}

/** A build may use more than the unit will: compilers do. Still capped. */
const leastMemoryMb = 1024;
const period = 100_000;

/** Query of `POST /build` for a unit: capped, on the pod's own network (so behind its firewall), under its own tag. */
export function buildQuery(run: UnitRun, installation: string): Record<string, string | number | boolean> {
  const build = buildOf(run);
  const memory = Math.max(run.resources.memoryMb, leastMemoryMb) * 1024 * 1024;
  return {
    t: buildTag(installation, run.id.pod, build),
    dockerfile: build.dockerfile,
    buildargs: JSON.stringify(build.args),
    ...(build.target !== null && { target: build.target }),
    labels: JSON.stringify(scopeLabels(installation, run.scope)),
    networkmode: networkName(installation, run.scope),
    memory,
    memswap: memory,
    cpuperiod: period,
    cpuquota: Math.round(Math.max(run.resources.cpus, 1) * period),
    rm: true,
    forcerm: true,
  };
}

interface Progress {
  stream?: string;
  status?: string;
  error?: string;
}

/** Builds a unit's image under its tag. Throws `invalid` with the step's last words when the build fails. */
export async function buildImage(engine: Engine, run: UnitRun, options: BuildOptions, progress: (line: string) => void): Promise<void> {
  const build = buildOf(run);
  const context = await options.openArtifact(build.artifact);
  const tar = options.ca === null ? context : trustingContext(context, build.dockerfile, options.ca);
  const last: string[] = [];
  try {
    const stream = await engine.stream("POST", "/build", { query: buildQuery(run, options.installation), tar });
    for await (const { stream: text, status, error } of jsonLines<Progress>(stream)) {
      if (error) throw new AppError("invalid", `The build of ${run.id.unit} failed: ${error.trim()}\n${last.join("\n")}`.trim());
      for (const line of (text ?? status ?? "")
        .split("\n")
        .map((one) => one.trimEnd())
        .filter((one) => one !== "")) {
        progress(line);
        last.push(line);
        if (last.length > 20) last.shift();
      }
    }
  } catch (error) {
    throw toDriverError(error, `The build of ${run.id.unit} failed`);
  } finally {
    context.destroy();
  }
}

function buildOf(run: UnitRun) {
  if (!run.build) throw new AppError("internal", `unit ${run.id.unit} has nothing to build`);
  return run.build;
}
