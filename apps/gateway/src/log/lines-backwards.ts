import { type FileHandle, open } from "node:fs/promises";

const blockBytes = 262_144;
const lineFeed = 0x0a;

/** Whole lines of a file, the last first, block by block; none where there is no file. What is appended meanwhile is not seen. */
export async function* linesBackwards(path: string): AsyncGenerator<string[]> {
  const file = await open(path, "r").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  if (file === null) return;
  try {
    yield* blocksOf(file, (await file.stat()).size);
  } finally {
    await file.close();
  }
}

async function* blocksOf(file: FileHandle, size: number): AsyncGenerator<string[]> {
  /** The beginning of the block before, whose line begins further ahead; what follows the last line end is no whole line. */
  let rest: Buffer | null = null;
  for (let end = size; end > 0; ) {
    const start = Math.max(0, end - blockBytes);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(end - start), 0, end - start, start);
    const block: Buffer =
      rest === null
        ? buffer.subarray(0, buffer.lastIndexOf(lineFeed, bytesRead - 1) + 1)
        : Buffer.concat([buffer.subarray(0, bytesRead), rest]);
    end = start;
    const first = start === 0 ? 0 : block.indexOf(lineFeed) + 1;
    if (first === 0 && start > 0) {
      rest = block;
      continue;
    }
    rest = block.subarray(0, first);
    const lines = block.toString("utf8", first).split("\n");
    yield lines.filter((line) => line !== "").reverse();
  }
}
