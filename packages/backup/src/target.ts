import type { Readable } from "node:stream";

/** Where backups are put. Names are ours: words and slashes. Throws `unavailable` where it does not answer, `invalid` where it refuses. */
export interface Target {
  /** Whole under its name, or not there; gives its bytes. What fails in `content` fails here. */
  put(name: string, content: Readable): Promise<number>;
  /** `not_found` on absence. */
  read(name: string): Promise<Readable>;
  /** Succeeds on absence. */
  remove(name: string): Promise<void>;
  /** Writes, reads and removes something small. */
  test(): Promise<void>;
}

export const isTargetName = (name: string): boolean => /^[a-z0-9][A-Za-z0-9._-]*(\/[a-z0-9][A-Za-z0-9._-]*)*$/.test(name);
