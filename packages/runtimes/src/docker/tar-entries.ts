import { pipeline, type Readable, type Writable } from "node:stream";
import { extract, type Header, type Pack } from "tar-stream";
import { drained } from "../drained.ts";

export type Entry = Readable & { header: Header };

/** The entries of a tar, one after another; each is to be read, or skipped with `resume()`. An error of the source ends it. */
export async function* tarEntries(tar: Readable): AsyncGenerator<Entry> {
  const entries = extract();
  // Its own error is thrown below.
  pipeline(tar, entries as unknown as Writable, () => undefined);
  for await (const entry of entries) yield entry as unknown as Entry;
}

/** Copies the body of an entry under another header. */
export async function copyEntry(entry: Entry, out: Pack, header: Header): Promise<void> {
  const target = out.entry(header) as unknown as Writable;
  for await (const chunk of entry) {
    if (!target.write(chunk)) await drained(target);
  }
  target.end();
}

/** A tar that `fill` writes; what it throws fails the stream. */
export function packed(out: Pack, fill: () => Promise<void>): Readable {
  fill().then(
    () => out.finalize(),
    (error: Error) => out.destroy(error),
  );
  return out as unknown as Readable;
}
