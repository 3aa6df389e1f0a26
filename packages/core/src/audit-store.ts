import type { ChainHead } from "./audit-chain.ts";
import type { ChainLink } from "./audit-verify.ts";

/** Events that were moved out of the database into a file, with the chain's hashes before and after them. */
export interface EventArchive {
  fromSeq: number;
  toSeq: number;
  /** Of the seal before `fromSeq`. */
  previousHash: string;
  /** Of `toSeq`: where the chain in the database goes on. */
  hash: string;
  /** Name below the archive folder of the control plane that made it. */
  file: string;
  /** Of the file. */
  sha256: string;
  bytes: number;
  createdAt: string;
}

/** The chain over the events. System role alone. */
export interface AuditStore {
  /**
   * Seals the events that no open transaction can still precede, at most `limit`, in their order. Null while another control
   * plane seals. `restored`: looks for events of a restored database too, whose order may have changed.
   */
  seal(limit: number, restored: boolean): Promise<{ sealed: number; head: ChainHead } | null>;
  /** The last seal, that of the archives included; null before the first. */
  head(): Promise<ChainHead | null>;
  /** Seals after a place, in order. */
  links(after: number, limit: number): Promise<ChainLink[]>;
  /** The first event that lies before the last sealed one and has no seal; null: there is none. */
  findUnsealed(): Promise<number | null>;
  /** Oldest first. */
  archives(): Promise<EventArchive[]>;
  /** The last of at most `limit` seals from the first on whose events are all older than `before`; the chain's very last is never among them. Null: none. */
  lastBefore(before: Date, limit: number): Promise<number | null>;
  /** Takes sealed events up to `toSeq` out of the database, all older than a day: `conflict` where one is younger, gone, or already archived. */
  archive(archive: Pick<EventArchive, "toSeq" | "file" | "sha256" | "bytes">): Promise<void>;
}
