import { pipeline, type Readable, type Writable } from "node:stream";
import { AppError } from "@agentpod/core/errors";
import { extract, type Header } from "tar-stream";

export interface FirstEntry {
  header: Header;
  /** To be read to its end, or ended by `close`. */
  body: AsyncIterable<Uint8Array>;
  /** Ends the archive, however much of it is left. */
  close(): void;
}

/** The first entry of a tar: the file or folder that was asked for. Throws `invalid` for an archive without one. */
export async function firstEntry(tar: Readable): Promise<FirstEntry> {
  const entries = extract();
  pipeline(tar, entries as unknown as Writable, () => undefined);
  const close = (): void => {
    tar.destroy();
    entries.destroy();
  };
  const reading = entries[Symbol.asyncIterator]();
  const { value, done } = await reading.next();
  if (done) throw new AppError("invalid", "the runtime gave an empty archive");
  return { header: value.header, body: value as unknown as AsyncIterable<Uint8Array>, close };
}
