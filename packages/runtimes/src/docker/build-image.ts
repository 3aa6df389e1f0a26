import type { Readable } from "node:stream";
import { buildCpus } from "@agentpod/core/build-cpus";
import { AppError } from "@agentpod/core/errors";
import type { UnitRun } from "@agentpod/core/runtime";
import { markedContext } from "./build-context.ts";
import { type BuildCap, buildEnd, buildFailure } from "./build-failure.ts";
import { buildLines } from "./build-lines.ts";
import type { BuildTurns } from "./build-turns.ts";
import type { Engine } from "./engine.ts";
import { jsonLines } from "./json-lines.ts";
import { buildTag, label, networkName, scopeLabels } from "./names.ts";

export interface BuildOptions {
  installation: string;
  openArtifact: (digest: string) => Promise<Readable>;
  /** PEM bundle that every stage of the build trusts; null: none. */
  ca: string | null;
  turns: BuildTurns;
  /** Of the engine's machine; null: unknown. */
  cores: number | null;
  /** Ends the build. */
  signal?: AbortSignal | undefined;
  /** Whether it came while the build waited for its turn. */
  isThere: () => Promise<boolean>;
}

/** A build may use more than the unit will: compilers do. Still capped. */
const leastMemoryMb = 1024;
const usualSeconds = 1800;
const period = 100_000;
/** Of 1024 that a running pod has: where cores are short, builds wait. */
const shares = 64;

export function capOf(run: UnitRun, cores: number | null): BuildCap & { cpus: number } {
  const { limits = {} } = buildOf(run);
  return {
    memoryMb: limits.memoryMb ?? Math.max(run.resources.memoryMb, leastMemoryMb),
    cpus: limits.cpus ?? Math.max(run.resources.cpus, buildCpus(cores ?? 1)),
    seconds: limits.seconds ?? usualSeconds,
  };
}

/** Query of `POST /build` for a unit: capped, on the pod's own network (so behind its firewall), under its own tag. */
export function buildQuery(run: UnitRun, installation: string, cores: number | null): Record<string, string | number | boolean> {
  const build = buildOf(run);
  const { memoryMb, cpus } = capOf(run, cores);
  const memory = memoryMb * 1024 * 1024;
  return {
    t: buildTag(installation, run.id.pod, build),
    dockerfile: build.dockerfile,
    buildargs: JSON.stringify(build.args),
    ...(build.target !== null && { target: build.target }),
    labels: JSON.stringify({
      ...scopeLabels(installation, run.scope),
      [label.unit]: run.id.unit,
      ...(build.shared && { [label.shared]: "true" }),
    }),
    networkmode: networkName(installation, run.scope),
    memory,
    memswap: memory,
    cpushares: shares,
    cpuperiod: period,
    cpuquota: Math.round(cpus * period),
    rm: true,
    forcerm: true,
  };
}

interface Progress {
  stream?: string;
  status?: string;
  error?: string;
}

/**
 * Builds a unit's image under its tag. Throws `invalid` with the step's last words when the build fails, needs more memory or takes longer
 * than it may; `unavailable` when the engine goes away; the signal's reason when that ends it.
 */
export async function buildImage(engine: Engine, run: UnitRun, options: BuildOptions, progress: (line: string) => void): Promise<void> {
  const { unit } = run.id;
  const build = buildOf(run);
  const cap = capOf(run, options.cores);
  const stop = options.signal;
  const waits = () => progress("Other builds are under way on this engine; this one waits for them.");
  await options.turns.take(stop ?? new AbortController().signal, waits, async () => {
    if (build.shared && (await options.isThere())) return;
    const limit = AbortSignal.timeout(cap.seconds * 1000);
    const lines = buildLines(progress);
    try {
      await runBuild(engine, run, { ...options, signal: stop ? AbortSignal.any([stop, limit]) : limit }, cap, lines);
    } catch (error) {
      throw buildEnd(unit, error, limit, stop, cap);
    } finally {
      lines.end();
    }
  });
}

async function runBuild(
  engine: Engine,
  run: UnitRun,
  { installation, openArtifact, ca, cores, signal }: BuildOptions & { signal: AbortSignal },
  cap: BuildCap,
  lines: ReturnType<typeof buildLines>,
): Promise<void> {
  const build = buildOf(run);
  const context = await openArtifact(build.artifact);
  const labels = build.shared ? { [label.shared]: "true" } : { [label.installation]: installation, [label.pod]: run.id.pod };
  const tar = markedContext(context, build.dockerfile, { labels, ca });
  let stream: Readable | undefined;
  // The engine ends a build whose reader goes away.
  const leave = () => stream?.destroy(signal.reason);
  try {
    stream = await engine.stream("POST", "/build", { query: buildQuery(run, installation, cores), tar, signal });
    signal.addEventListener("abort", leave, { once: true });
    for await (const { stream: text, status, error } of jsonLines<Progress>(stream)) {
      if (error) throw buildFailure(run.id.unit, error, lines.last(), cap);
      if (text !== undefined) lines.add(text);
      else if (status !== undefined) lines.add(`${status}\n`);
    }
    signal.throwIfAborted();
  } finally {
    signal.removeEventListener("abort", leave);
    stream?.on("error", () => undefined).destroy();
    context.destroy();
  }
}

function buildOf(run: UnitRun) {
  if (!run.build) throw new AppError("internal", `unit ${run.id.unit} has nothing to build`);
  return run.build;
}
