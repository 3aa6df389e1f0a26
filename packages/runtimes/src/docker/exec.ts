import { randomUUID } from "node:crypto";
import { type Duplex, PassThrough, type Readable, Writable } from "node:stream";
import type { ExecRequest, ExecSession } from "@agentpod/core/runtime";
import type { Engine } from "./engine.ts";
import { toDriverError } from "./engine-error.ts";
import { frames } from "./frames.ts";

/** Marks a program and all it starts, so that it can be found and ended inside the container. */
const mark = "AGENTPOD_EXEC";
/** The engine cannot end what it exec'ed. Constant text; the mark is its only argument. */
const killScript = `for p in /proc/[0-9]*; do
  if tr '\\0' '\\n' < "$p/environ" 2>/dev/null | grep -qx "${mark}=$1"; then kill -9 "\${p#/proc/}"; fi
done`;
const goneCode = 255;

/** Runs a program in a running container. `kill` needs `sh`, `tr` and `grep` in the image. */
export async function execIn(engine: Engine, container: string, request: ExecRequest): Promise<ExecSession> {
  const id = randomUUID();
  const { tty } = request;
  const exec = await create(engine, container, { ...request, env: { ...request.env, [mark]: id } });
  const connection = await engine.hijack(`/exec/${exec}/start`, {
    Detach: false,
    Tty: tty !== null,
    // Engines before API 1.42 do not know it and get a resize below.
    ...(tty && { ConsoleSize: [tty.rows, tty.cols] }),
  });
  const resize = async (cols: number, rows: number) => {
    if (tty) await engine.call("POST", `/exec/${exec}/resize`, { query: { w: cols, h: rows } });
  };
  const { stdout, stderr, ended } = outputs(connection, tty !== null);
  const exit = ended.then(() => exitCode(engine, exec)).catch(() => goneCode);
  if (tty) await resize(tty.cols, tty.rows).catch(() => undefined);
  return {
    stdin: inputOf(connection),
    stdout,
    stderr,
    // A program that has ended has no size.
    resize: (cols, rows) => resize(cols, rows).catch(() => undefined),
    exit,
    kill: () => void endMarked(engine, container, id),
  };
}

async function create(engine: Engine, container: string, request: ExecRequest): Promise<string> {
  try {
    const { Id } = await engine.call<{ Id: string }>("POST", `/containers/${container}/exec`, {
      body: {
        AttachStdin: true,
        AttachStdout: true,
        AttachStderr: true,
        Tty: request.tty !== null,
        Cmd: request.argv,
        Env: Object.entries(request.env).map(([key, value]) => `${key}=${value}`),
        ...(request.workdir !== null && { WorkingDir: request.workdir }),
      },
    });
    return Id;
  } catch (error) {
    throw toDriverError(error, `${request.argv[0]} could not be run`);
  }
}

/** Ending the input half-closes the connection: the program sees the end, its output still comes. */
function inputOf(connection: Duplex): Writable {
  return new Writable({
    write: (chunk, _encoding, done) => void (connection.destroyed ? done() : connection.write(chunk, () => done())),
    final: (done) => void (connection.destroyed ? done() : connection.end(() => done())),
  });
}

function outputs(connection: Duplex, isTty: boolean): { stdout: Readable; stderr: Readable | null; ended: Promise<void> } {
  const stdout = new PassThrough();
  const stderr = isTty ? null : new PassThrough();
  const pump = async () => {
    try {
      if (!stderr) for await (const chunk of connection) await write(stdout, chunk as Buffer);
      else for await (const frame of frames(connection)) await write(frame.stream === "stdout" ? stdout : stderr, frame.data);
    } finally {
      stdout.end();
      stderr?.end();
    }
  };
  return { stdout, stderr, ended: pump() };
}

/** Waits for a slow reader; one that went away is no obstacle. */
async function write(target: PassThrough, data: Buffer): Promise<void> {
  if (target.destroyed || target.write(data)) return;
  await new Promise<void>((resolve) => {
    const goOn = () => {
      target.off("drain", goOn).off("close", goOn);
      resolve();
    };
    target.once("drain", goOn).once("close", goOn);
  });
}

interface ExecDetails {
  Running: boolean;
  ExitCode: number | null;
}

/** The streams may end before the program does: then its end is an event. */
async function exitCode(engine: Engine, exec: string): Promise<number> {
  const { Running, ExitCode } = await engine.call<ExecDetails>("GET", `/exec/${exec}/json`);
  if (!Running) return ExitCode ?? goneCode;
  const stop = new AbortController();
  const events = await engine.stream("GET", "/events", {
    query: { filters: JSON.stringify({ type: ["container"], event: ["exec_die", "exec_died", "die", "died"] }) },
    signal: stop.signal,
  });
  const look = () => engine.call<ExecDetails>("GET", `/exec/${exec}/json`);
  try {
    for (let now = await look(); ; now = await look()) {
      if (!now.Running) return now.ExitCode ?? goneCode;
      const next = await events.iterator({ destroyOnReturn: false }).next();
      if (next.done) return goneCode;
    }
  } finally {
    stop.abort();
    events.on("error", () => undefined).destroy();
  }
}

async function endMarked(engine: Engine, container: string, id: string): Promise<void> {
  try {
    const { Id } = await engine.call<{ Id: string }>("POST", `/containers/${container}/exec`, {
      body: { Cmd: ["sh", "-c", killScript, "sh", id] },
    });
    await engine.call("POST", `/exec/${Id}/start`, { body: { Detach: true } });
  } catch {
    // The container, and the program with it, is gone.
  }
}
