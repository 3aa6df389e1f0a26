import { setTimeout as delay } from "node:timers/promises";
import type { TerminalEnd } from "@agentpod/core/api/terminal-view";
import { AppError, toAppError } from "@agentpod/core/errors";
import type { Cli } from "../cli.ts";
import { parsePodName } from "../pod-name.ts";
import { terminalSize, withRawTerminal } from "../raw-terminal.ts";
import { withoutReplies } from "../without-replies.ts";

export interface Options {
  new?: boolean;
  unit?: string;
}

/** Ctrl-]: no shell and hardly a program needs it. */
const leaveKey = 0x1d;
const clean = "\x1b[?1049l\x1b[!p\x1b[?25h\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?1004l\x1b[?2004l\x1b[m";
const retryMs = [250, 500, 1000, 2000, 4000, 8000, 15_000, 15_000];

/** Joins this terminal with one of a pod: the one asked for, else the newest that is open, else a new one. */
export async function run(cli: Cli, [name = "", asked]: string[], options: Options): Promise<void> {
  const { tenant, pod } = parsePodName(name);
  if (!process.stdin.isTTY) throw new AppError("invalid", "this needs a terminal; in scripts use agentpod pod exec");
  const { terminals } = await cli.client();
  const open = async () => (await terminals.open(tenant, pod, { size: terminalSize(), ...(options.unit && { unit: options.unit }) })).id;
  const newest = async () =>
    (await terminals.list(tenant, pod)).findLast(({ end, unit }) => end === null && (options.unit === undefined || unit === options.unit))
      ?.id;
  const id = asked ?? (options.new ? await open() : ((await newest()) ?? (await open())));

  let left = false;
  let end: TerminalEnd | null = null;
  let connection: Awaited<ReturnType<typeof terminals.look>> | null = null;
  const leave = () => {
    left = true;
    connection?.leave();
  };
  const look = async () => {
    connection = await terminals.look(tenant, pod, id, terminalSize(), {
      output: (bytes, done) => void process.stdout.write(bytes, () => done()),
      snapshot: () => void process.stdout.write(`${clean}\x1b[H\x1b[2J\x1b[3J`),
      size: () => undefined,
      title: (title) => void process.stdout.write(`\x1b]0;${title}\x07`),
      end(told) {
        end = told;
        connection?.leave();
      },
    });
    await connection.gone;
  };
  const keepLooking = async () => {
    for (let failures = 0; !left && end === null; ) {
      const startedAt = Date.now();
      try {
        await look();
      } catch (error) {
        if (Date.now() - startedAt > 5000) failures = 0;
        const wait = retryMs[failures++];
        if (toAppError(error).code !== "unavailable" || wait === undefined) throw error;
        process.stdout.write("\r\n[connection lost; trying again; Ctrl-] leaves]\r\n");
        await delay(wait);
      }
    }
  };
  const type = (chunk: Buffer) => {
    const at = chunk.indexOf(leaveKey);
    connection?.input(withoutReplies(at < 0 ? chunk : chunk.subarray(0, at)));
    if (at >= 0) leave();
  };
  cli.signal.addEventListener("abort", leave, { once: true });
  process.stdin.on("data", type);
  try {
    await withRawTerminal({ resize: (cols, rows) => connection?.resize(cols, rows) }, keepLooking);
  } finally {
    process.stdin.destroy();
    process.stdout.write(clean);
  }
  process.stdout.write(
    `\r\n${end === null ? `Left; what runs goes on. Come back: agentpod pod terminal attach ${name} ${id}` : farewell(end)}\n`,
  );
}

function farewell({ reason, exitCode }: TerminalEnd): string {
  switch (reason) {
    case "exited":
      return `The program ended with exit code ${exitCode}.`;
    case "closed":
      return "The terminal was closed.";
    case "run_ended":
      return "The unit's run ended, and the program with it.";
    case "idle":
      return "The terminal was closed: nobody used it for long.";
    case "host_ended":
      return "The terminal host was killed, and the program was ended with it.";
  }
}
