import { randomUUID } from "node:crypto";
import { linkSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { StopSignal } from "@agentpod/core/runtime";
import { isAlive, type ProcessIdentity } from "@agentpod/host/process-identity";

/** One start of a unit instance, as written before the program was let go. */
export interface RunRecord {
  /** 1, 2, 3 … within the instance. */
  number: number;
  /** The program itself. */
  program: ProcessIdentity;
  /** The shell that waits for it and keeps its exit code; leader of the session. */
  supervisor: ProcessIdentity;
  startedAt: string;
  /** Absent: TERM. */
  stopSignal?: StopSignal;
  /** File name that the supervisor writes the exit code to; of this start alone. */
  exit: string;
}

/** The latest run of an instance and how it stands. */
export interface RunState {
  record: RunRecord;
  state: "created" | "running" | "exited";
  exitCode: number | null;
  finishedAt: string | null;
}

const runFile = (dir: string, number: number): string => join(dir, `run-${number}.json`);

/** Earlier records are kept so that a slow second starter cannot take a number that was used and freed. */
const keptRuns = 3;

/** The latest run; null when there was none. */
export function latestRun(dir: string): RunState | null {
  const number = Math.max(0, ...runNumbers(dir));
  if (number === 0) return null;
  const record = readRun(dir, number);
  const exit = exitOf(dir, record);
  // The program ends a moment before its exit code is written: until then it counts as running.
  if (isAlive(record.program) || (exit === null && isAlive(record.supervisor) && exitOf(dir, record) === null)) {
    return { record, state: "running", exitCode: null, finishedAt: null };
  }
  const last = exit ?? exitOf(dir, record);
  if (last?.code === "unstarted") return { record, state: "created", exitCode: null, finishedAt: null };
  return { record, state: "exited", exitCode: last?.code ?? null, finishedAt: last?.at ?? null };
}

/** Opaque, and never the same for two runs. */
export const runIdOf = (record: RunRecord): string => `${record.number}:${record.program.pid}@${record.program.startedAt}`;

/**
 * Makes the run the instance's latest. False when another starter was faster: nothing was written. The record appears
 * whole or not at all.
 */
export function claimRun(dir: string, record: RunRecord): boolean {
  const draft = join(dir, `.run-${randomUUID()}`);
  writeFileSync(draft, JSON.stringify(record), { mode: 0o600 });
  try {
    linkSync(draft, runFile(dir, record.number));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  if (Math.max(...runNumbers(dir)) > record.number) {
    rmSync(runFile(dir, record.number), { force: true });
    return false;
  }
  for (const old of runNumbers(dir)) {
    if (old > record.number - keptRuns) continue;
    rmSync(join(dir, readRun(dir, old).exit), { force: true });
    rmSync(runFile(dir, old), { force: true });
  }
  return true;
}

function readRun(dir: string, number: number): RunRecord {
  return JSON.parse(readFileSync(runFile(dir, number), "utf8")) as RunRecord;
}

function runNumbers(dir: string): number[] {
  try {
    return readdirSync(dir).flatMap((name) => {
      const match = /^run-(\d+)\.json$/.exec(name);
      return match ? [Number(match[1])] : [];
    });
  } catch {
    return [];
  }
}

function exitOf(dir: string, { exit }: RunRecord): { code: number | "unstarted"; at: string } | null {
  try {
    const path = join(dir, exit);
    const first = readFileSync(path, "utf8").split("\n")[0];
    if (first === undefined || first === "") return null;
    const at = statSync(path).mtime.toISOString();
    return { code: first === "unstarted" ? "unstarted" : Number(first) & 255, at };
  } catch {
    return null;
  }
}
