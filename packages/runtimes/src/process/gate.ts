import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Socket } from "node:net";
import { AppError } from "@agentpod/core/errors";

/** A program that is there, with its final pid, but has not begun. */
export interface Gated {
  /** Of the program to be. */
  pid: number;
  supervisor: number;
  /** Lets it begin. Once only. */
  go(): void;
  /** Ends it unstarted. */
  abandon(): void;
}

export interface GateRequest {
  /** From `startCommand`. */
  argv: string[];
  cwd: string;
  env: Record<string, string>;
  /** Null: our own. Supplementary groups are dropped with the user. */
  user: { uid: number; gid: number } | null;
  stdout: number;
  stderr: number;
  exit: number;
  pipe: number;
}

/**
 * Starts the gate: a session of its own that outlives us. If we die before `go`, it ends by itself without having begun,
 * so a record written in between is always enough to find what runs. `unavailable` when no process can be made.
 */
export async function openGate(request: GateRequest): Promise<Gated> {
  const [file = "", ...args] = request.argv;
  const child = spawn(file, args, {
    cwd: request.cwd,
    env: request.env,
    ...(request.user ?? {}),
    detached: true,
    stdio: ["ignore", request.stdout, "ignore", "pipe", request.exit, request.pipe, request.stderr],
  });
  try {
    await once(child, "spawn");
  } catch (error) {
    throw new AppError("unavailable", `no process could be started: ${(error as Error).message}`, { cause: error });
  }
  child.unref();
  const line = child.stdio[3] as Socket;
  const pid = await firstLine(line);
  if (!Number.isSafeInteger(pid) || child.pid === undefined) {
    line.destroy();
    throw new AppError("unavailable", "a process ended before its program could begin; look at the unit's log");
  }
  return {
    pid,
    supervisor: child.pid,
    // What was handed to the kernel is delivered also when we end.
    go: () => line.end("go\n", () => line.destroy()),
    abandon: () => line.destroy(),
  };
}

/** The pid the gate tells; NaN when it ends without. */
function firstLine(line: Socket): Promise<number> {
  return new Promise((resolve) => {
    let seen = "";
    line.on("error", () => line.destroy());
    line.on("close", () => resolve(Number.NaN));
    line.on("data", (chunk) => {
      seen += chunk;
      if (seen.includes("\n")) resolve(Number.parseInt(seen, 10));
    });
  });
}
