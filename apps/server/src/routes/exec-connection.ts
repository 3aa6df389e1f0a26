import type { Readable } from "node:stream";
import { controlFrame, execChannel, execFrame } from "@agentpod/core/api/exec-frame";
import { parseInput } from "@agentpod/core/draft-issues";
import { toAppError } from "@agentpod/core/errors";
import type { ExecSession, Runtime, UnitId } from "@agentpod/core/runtime";
import type { RawData, WebSocket } from "ws";
import { z } from "zod";
import type { Log } from "../app-deps.ts";
import { causeChain } from "../http-error.ts";

const text = z.string().max(32_768);
const size = z.strictObject({ cols: z.int().min(1).max(1000), rows: z.int().min(1).max(1000) });
const start = z.strictObject({
  argv: z.array(text.min(1)).min(1).max(500),
  tty: size.nullable(),
  env: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), text).default({}),
  workdir: text.optional(),
});
const resize = z.strictObject({ resize: size });

/** Serves one exec WebSocket: the program lives as long as the socket, and the socket until the program has ended. `given`: variables beside those that are asked for. */
export function execConnection(
  socket: WebSocket,
  deps: { runtime: Runtime; log: Log },
  unit: UnitId,
  given: Readonly<Record<string, string>> = {},
): void {
  let session: Promise<ExecSession> | null = null;

  const fail = (thrown: unknown) => {
    const error = toAppError(thrown);
    if (error.code === "internal") deps.log.error({ unit, causes: causeChain(thrown) }, error.message);
    const message = error.code === "internal" ? "Internal error" : error.message;
    socket.send(controlFrame({ error: { code: error.code, message } }), () => socket.close(1011));
  };

  async function begin(payload: Buffer): Promise<ExecSession> {
    const { argv, tty, env, workdir = null } = parseInput(start, parseJson(payload));
    const opened = await deps.runtime.exec(unit, { argv, tty, env: { ...env, ...given }, workdir });
    // A program whose input is closed early is no error of ours.
    opened.stdin.on("error", () => undefined);
    if (socket.readyState !== socket.OPEN) opened.kill();
    else void run(opened).catch(fail);
    return opened;
  }

  async function run(opened: ExecSession) {
    await Promise.all([forward(opened.stdout, execChannel.stdout), opened.stderr && forward(opened.stderr, execChannel.stderr)]);
    const code = await opened.exit;
    socket.send(controlFrame({ exit: code }), () => socket.close(1000));
  }

  async function forward(output: Readable, channel: number) {
    for await (const chunk of output) {
      if (socket.readyState !== socket.OPEN) return;
      // Waiting for each frame to leave holds a fast program back instead of filling our memory.
      await new Promise<void>((resolve) => socket.send(execFrame(channel, chunk as Buffer), () => resolve()));
    }
  }

  async function receive(frame: Buffer) {
    const payload = frame.subarray(1);
    if (session === null) {
      session = begin(payload);
      await session;
      return;
    }
    const opened = await session;
    if (frame[0] === execChannel.control) {
      const asked = parseInput(resize, parseJson(payload)).resize;
      await opened.resize(asked.cols, asked.rows);
    } else if (frame[0] === execChannel.stdin && payload.length === 0) opened.stdin.end();
    else if (frame[0] === execChannel.stdin && !opened.stdin.write(payload)) {
      socket.pause();
      opened.stdin.once("drain", () => socket.resume());
    }
  }

  let queue = Promise.resolve();
  socket.on("message", (data: RawData) => {
    const frame = Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Buffer);
    queue = queue.then(() => receive(frame)).catch(fail);
  });
  socket.on("close", () => {
    void session?.then((opened) => opened.kill()).catch(() => undefined);
  });
  socket.on("error", () => socket.terminate());
}

function parseJson(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString("utf8")) as unknown;
  } catch {
    return undefined;
  }
}
