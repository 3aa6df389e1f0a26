import { EventEmitter } from "node:events";
import { PassThrough } from "node:stream";
import { AppError } from "@agentpod/core/errors";
import type { ExecRequest, ExecSession } from "@agentpod/core/runtime";
import type { MemoryInstance } from "./memory-instance.ts";
import type { MemoryExec } from "./memory-program.ts";

/** Runs a command as the unit's program plays it. `conflict` when the unit does not run, `invalid` when it has no such command. */
export function execInMemory(instance: MemoryInstance, { argv, tty, env, workdir }: ExecRequest): ExecSession {
  const { run, made } = instance;
  if (!run) throw new AppError("conflict", `${made.id.unit} does not run; start it first.`);
  const play = run.behaviour.exec;
  if (!play) throw new AppError("invalid", `${made.id.unit} has no program ${JSON.stringify(argv[0] ?? "")}.`);
  const stdin = new PassThrough();
  const stdout = new PassThrough();
  const stderr = tty ? null : new PassThrough();
  const resized = new EventEmitter();
  const { promise: exit, resolve } = Promise.withResolvers<number>();
  let size = tty;
  let hasEnded = false;
  const end = (code: number): void => {
    if (hasEnded) return;
    hasEnded = true;
    run.ended.removeEventListener("abort", kill);
    // A reader that never comes must not keep what was written last.
    stdin.destroy();
    stdout.end();
    stderr?.end();
    resolve(code);
  };
  const kill = (): void => end(137);
  run.ended.addEventListener("abort", kill, { once: true });
  const session: MemoryExec = {
    argv,
    env: { ...made.env, ...env },
    workdir: workdir ?? made.workdir,
    stdin,
    stdout,
    stderr: stderr ?? stdout,
    size: () => size,
    onResize: (listener) => void resized.on("resize", listener),
    exit: end,
  };
  stdin.on("error", () => {});
  // A command that fails says so and ends; the unit goes on.
  Promise.resolve()
    .then(() => play(session))
    .catch((error: unknown) => {
      if (!hasEnded) session.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      end(1);
    });
  return {
    stdin,
    stdout,
    stderr,
    exit,
    kill,
    async resize(cols, rows) {
      if (!tty || hasEnded) return;
      size = { cols, rows };
      resized.emit("resize");
    },
  };
}
