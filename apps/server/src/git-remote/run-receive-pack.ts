import { once } from "node:events";
import { toAppError } from "@agentpod/core/errors";
import type { RunningGit } from "@agentpod/source/run-git";
import { pktLine, takeFrames } from "./pkt-line.ts";
import type { PushTalk } from "./push-talk.ts";

export interface ReceiveRun {
  git: RunningGit;
  /** What of the body was read already. */
  head: Buffer;
  pieces: AsyncIterator<Buffer>;
  hasSideband: boolean;
  talk: PushTalk;
  /** Of what is read although git has ended, so that its answer is heard. */
  mostBytes: number;
}

/** Hands a push on to git as it comes; what it says for people is passed on, and its report is given. Empty where it made none. */
export async function runReceivePack(run: ReceiveRun): Promise<{ report: Buffer; said: string }> {
  const { git, talk, hasSideband } = run;
  const sending = send(run);
  sending.catch(() => undefined);
  const report: Buffer[] = [];
  let rest: Buffer = Buffer.alloc(0);
  for await (const piece of git.stdout as AsyncIterable<Buffer>) {
    if (!hasSideband) {
      report.push(piece);
      continue;
    }
    const taken = takeFrames(Buffer.concat([rest, piece]));
    rest = taken.rest;
    for (const frame of taken.frames) {
      if (frame === null) continue;
      // The report waits until the push is taken as a whole.
      if (frame[0] === 1) report.push(frame.subarray(1));
      else talk.pass(pktLine(frame));
    }
  }
  const said = await git.ended.then(
    (ended) => ended.said,
    (thrown: unknown) => toAppError(thrown).message,
  );
  await sending;
  return { report: Buffer.concat(report), said };
}

async function send({ git, head, pieces, mostBytes }: ReceiveRun): Promise<void> {
  let hasEnded = false;
  const end = git.ended.then(
    () => undefined,
    () => undefined,
  );
  void end.then(() => {
    hasEnded = true;
  });
  let bytes = 0;
  for (let piece = head; ; ) {
    bytes += piece.length;
    if (!hasEnded && !git.stdin.write(piece)) await Promise.race([once(git.stdin, "drain").catch(() => undefined), end]);
    if (hasEnded && bytes > mostBytes) throw new Error("more was sent than is taken");
    const next = await pieces.next();
    if (next.done) break;
    piece = next.value;
  }
  git.stdin.end();
}
