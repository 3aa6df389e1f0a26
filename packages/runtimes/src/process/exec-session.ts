import { spawn } from "node:child_process";
import { chownSync, closeSync, constants, openSync, rmSync, writeSync } from "node:fs";
import type { Socket } from "node:net";
import { constants as system } from "node:os";
import { PassThrough, Writable } from "node:stream";
import { AppError } from "@agentpod/core/errors";
import type { ExecSession } from "@agentpod/core/runtime";
import type { IPty } from "@lydell/node-pty";
import { execScript, execTerminalScript } from "./body.ts";
import { makeNamedPipe } from "./exit-watch.ts";
import type { UnixUser } from "./pod-user.ts";

export interface ExecCommand {
  argv: string[];
  cwd: string;
  env: Record<string, string>;
  user: UnixUser | null;
  /** Called with the pid before the program begins: limits and the like. */
  started(pid: number): void;
}

const codeOf = (code: number | null, signal: NodeJS.Signals | null): number => code ?? 128 + (signal ? system.signals[signal] : 0);

/** A program that is not there gives exit code 127 and a sentence on stderr. `unavailable` when no process can be made. */
export async function execPiped(command: ExecCommand): Promise<ExecSession> {
  const child = spawn("/bin/sh", ["-c", execScript, "agentpod", ...command.argv], {
    cwd: command.cwd,
    env: command.env,
    ...(command.user ?? {}),
    detached: true,
    stdio: ["pipe", "pipe", "pipe", "pipe"],
  });
  const exit = new Promise<number>((resolve) => {
    child.on("exit", (code, signal) => resolve(codeOf(code, signal)));
    child.on("error", () => resolve(255));
  });
  await new Promise<void>((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", (error) => reject(new AppError("unavailable", `no process could be started: ${error.message}`, { cause: error })));
  });
  const gate = child.stdio[3] as Socket;
  gate.on("error", () => gate.destroy());
  try {
    if (child.pid !== undefined) command.started(child.pid);
    gate.end("go\n", () => gate.destroy());
  } catch (error) {
    gate.destroy();
    throw error;
  }
  // The program may close its end before all is written: its exit code says what matters.
  child.stdin.on("error", () => {});
  let ended = false;
  void exit.then(() => {
    ended = true;
  });
  return {
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    resize: async () => {},
    exit,
    kill() {
      if (!ended && child.pid !== undefined) killGroup(child.pid);
    },
  };
}

/**
 * On a terminal of its own; both streams come on stdout. `gate` is a path for a named pipe, in a folder of ours that the
 * pod's user can walk through.
 */
export async function execTerminal(command: ExecCommand, size: { cols: number; rows: number }, gate: string): Promise<ExecSession> {
  const pty = await import("@lydell/node-pty");
  await makeNamedPipe(gate);
  if (command.user) chownSync(gate, command.user.uid, command.user.gid);
  // Read and write: so that neither end waits for the other. If we die, the terminal's end is the program's too.
  const fd = openSync(gate, constants.O_RDWR | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  let terminal: ReturnType<typeof pty.spawn>;
  try {
    terminal = withoutGroups(command.user, () =>
      pty.spawn("/bin/sh", ["-c", execTerminalScript, "agentpod", gate, ...command.argv], {
        name: command.env.TERM ?? "xterm-256color",
        cols: size.cols,
        rows: size.rows,
        cwd: command.cwd,
        env: command.env,
        encoding: null,
        ...(command.user ?? {}),
      }),
    );
    const device = (terminal as { ptsName?: unknown }).ptsName;
    if (command.user && typeof device === "string") chownSync(device, command.user.uid, command.user.gid);
    command.started(terminal.pid);
    writeSync(fd, "go\n");
  } catch (error) {
    closeSync(fd);
    rmSync(gate, { force: true });
    throw error;
  }
  const closeGate = () => {
    closeSync(fd);
    rmSync(gate, { force: true });
  };

  const stdout = new PassThrough();
  // With encoding null the chunks are bytes, whatever the type says.
  terminal.onData((chunk) => {
    if (!stdout.write(chunk)) terminal.pause();
  });
  stdout.on("drain", () => terminal.resume());
  let ended = false;
  const exit = new Promise<number>((resolve) => {
    terminal.onExit(({ exitCode, signal }) => {
      ended = true;
      closeGate();
      stdout.end();
      resolve(signal ? 128 + signal : exitCode);
    });
  });
  const stdin = new Writable({
    write: (chunk: Buffer, _encoding, done) => writeTo(terminal, chunk, done),
    // End of input on a terminal is a character.
    final: (done) => writeTo(terminal, Buffer.from("\u0004"), done),
  });
  return {
    stdin,
    stdout,
    stderr: null,
    resize: async (cols, rows) => {
      if (!ended) terminal.resize(cols, rows);
    },
    exit,
    kill() {
      if (!ended) killGroup(terminal.pid);
    },
  };
}

/** Milliseconds until a full terminal is tried again: nothing tells when its program has read. */
const fullRetryMs = 4;

/**
 * Writes no faster than the program reads. The library's own `write` would wait for that in a loop that lets nothing else
 * run, not even what reads the terminal's echo. A terminal that has ended takes everything.
 */
function writeTo(terminal: Pick<IPty, "pid">, chunk: Buffer, done: () => void): void {
  const { fd, _socket } = terminal as unknown as { fd: number; _socket: Socket };
  const step = (from: number): void => {
    // Once closed, the descriptor's number may be another file's.
    if (_socket.destroyed) {
      done();
      return;
    }
    let written = 0;
    try {
      written = writeSync(fd, chunk, from);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") {
        done();
        return;
      }
    }
    if (from + written >= chunk.length) done();
    else if (written > 0) setImmediate(step, from + written);
    else setTimeout(step, fullRetryMs, from);
  };
  step(0);
}

/** The terminal library drops user and group but not our supplementary groups; they are put aside while it forks. */
function withoutGroups<T>(user: UnixUser | null, fork: () => T): T {
  if (!user || !process.setgroups || !process.getgroups) return fork();
  const groups = process.getgroups();
  process.setgroups([]);
  try {
    return fork();
  } finally {
    process.setgroups(groups);
  }
}

/** Both kinds lead a session, and so a group, of their own. */
function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
