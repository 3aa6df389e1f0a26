import { AppError } from "@agentpod/core/errors";

export interface PushCommand {
  old: string;
  new: string;
  ref: string;
}

/** How a push begins: what is to become of which ref, before its pack. */
export interface PushHead {
  commands: readonly PushCommand[];
  capabilities: ReadonlySet<string>;
  /** All that was read so far: git is to see it, too. */
  bytes: Buffer;
}

const mostHead = 1024 * 1024;

/** Reads the commands of a push from the pieces of its body; what follows stays there. Throws `invalid` for what is no push. */
export async function readPushHead(pieces: AsyncIterator<Buffer>): Promise<PushHead> {
  let bytes = Buffer.alloc(0);
  const commands: PushCommand[] = [];
  let capabilities = new Set<string>();
  for (let at = 0; ; ) {
    const length = lengthAt(bytes, at);
    if (length === 0) return { commands, capabilities, bytes };
    if (length !== null && bytes.length >= at + length) {
      const [text = "", after] = bytes
        .subarray(at + 4, at + length)
        .toString("utf8")
        .split("\0");
      if (after !== undefined) capabilities = new Set(after.trim().split(" "));
      const command = /^([0-9a-f]{40,64}) ([0-9a-f]{40,64}) (\S.*)$/.exec(text.replace(/\n$/, ""));
      if (command !== null) commands.push({ old: command[1] ?? "", new: command[2] ?? "", ref: command[3] ?? "" });
      else if (!/^shallow [0-9a-f]{40,64}\n?$/.test(text)) throw noPush();
      at += length;
      continue;
    }
    if (bytes.length > mostHead) throw noPush();
    const next = await pieces.next();
    if (next.done) throw noPush();
    bytes = Buffer.concat([bytes, next.value]);
  }
}

/** Null until it is there. */
function lengthAt(bytes: Buffer, at: number): number | null {
  if (bytes.length < at + 4) return null;
  const digits = bytes.subarray(at, at + 4).toString("latin1");
  const length = /^[0-9a-fA-F]{4}$/.test(digits) ? Number.parseInt(digits, 16) : -1;
  if (length < 0 || (length > 0 && length < 5)) throw noPush();
  return length;
}

const noPush = (): AppError => new AppError("invalid", "This is no push of git.");

export const isDeletion = (command: PushCommand): boolean => /^0+$/.test(command.new);

/** The name of a branch; null for another ref. */
export const branchOf = (ref: string): string | null => /^refs\/heads\/(.+)$/.exec(ref)?.[1] ?? null;

/** Of a first push: main or master, or else the first branch. Null where none is pushed. */
export function firstBranch(commands: readonly PushCommand[]): string | null {
  const branches = commands.flatMap((command) => (isDeletion(command) ? [] : (branchOf(command.ref) ?? [])));
  return ["main", "master"].find((name) => branches.includes(name)) ?? branches[0] ?? null;
}
