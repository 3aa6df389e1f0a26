import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex, Readable, Writable } from "node:stream";
import type { UnitRun } from "@agentpod/core/runtime";
import type { MemoryFiles } from "./memory-files.ts";

/**
 * What runs in a unit of the memory runtime. Called once per run; what it gives back is how the run behaves until it
 * ends. Throwing ends the run with exit code 1.
 */
export type MemoryProgram = (unit: MemoryUnit) => MemoryBehaviour;

/** A run as its program sees it. */
export interface MemoryUnit {
  /** Secrets are in its `env`: never print it whole. */
  run: UnitRun;
  /** Nominal: no process has it. */
  pid: number;
  files: MemoryFiles;
  /** Aborts when the run has ended: timers and streams of the program hang on it. */
  ended: AbortSignal;
  print(stream: "stdout" | "stderr", text: string): void;
  /** Ends the run; without effect once it has ended. */
  exit(code: number): void;
  /** Counts bytes as used; beyond the unit's memory limit the run is ended as an engine would. */
  allocate(bytes: number): void;
  /** Counts processes as started; gives how many the unit's limit refused. */
  fork(count: number): number;
}

export interface MemoryBehaviour {
  /** Answers HTTP on every port of the unit. Without it nothing listens. */
  request?(request: IncomingMessage, response: ServerResponse, port: string): void | Promise<void>;
  upgrade?(request: IncomingMessage, socket: Duplex, head: Buffer, port: string): void;
  /** TERM came. Without it the run ends with 143; with it, when the program says so or its grace is over. */
  term?(): void;
  /** A command inside the unit. Without it no program is found. */
  exec?(session: MemoryExec): void | Promise<void>;
}

/** A command inside a unit, as the program that plays it sees it. */
export interface MemoryExec {
  argv: readonly string[];
  /** The unit's, with the request's own on top. */
  env: Readonly<Record<string, string>>;
  workdir: string | null;
  stdin: Readable;
  stdout: Writable;
  /** The same as `stdout` with a terminal. */
  stderr: Writable;
  /** Null without a terminal; follows `resize`. */
  size(): { cols: number; rows: number } | null;
  onResize(listener: () => void): void;
  exit(code: number): void;
}
