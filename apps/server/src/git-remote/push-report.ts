import { flushFrame, pktLine, takeFrames } from "./pkt-line.ts";
import type { PushCommand } from "./push-commands.ts";

/** Whether git's report says that a ref was written. */
export function isTaken(report: Buffer, ref: string): boolean {
  return linesOf(report).includes(`ok ${ref}`);
}

/** The same report, with one ref refused after all. */
export function withRefused(report: Buffer, ref: string, why: string): Buffer {
  let isOf = false;
  const lines = linesOf(report).flatMap((line) => {
    if (line.startsWith("option ")) return isOf ? [] : [line];
    isOf = line === `ok ${ref}`;
    return isOf ? [`ng ${ref} ${oneLine(why)}`] : [line];
  });
  return framed(lines);
}

/** A report that refuses everything. */
export function refusedReport(commands: readonly PushCommand[], why: string): Buffer {
  return framed(["unpack ok", ...commands.map(({ ref }) => `ng ${ref} ${oneLine(why)}`)]);
}

const framed = (lines: readonly string[]): Buffer => Buffer.concat([...lines.map((line) => pktLine(`${line}\n`)), flushFrame]);

function linesOf(report: Buffer): string[] {
  return takeFrames(report).frames.flatMap((frame) => (frame === null ? [] : [frame.toString("utf8").replace(/\n$/, "")]));
}

const oneLine = (text: string): string => text.replaceAll(/[\s\p{C}]+/gu, " ").slice(0, 500);
