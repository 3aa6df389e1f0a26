import { type AuditRow, type ChainHead, nextSeal } from "./audit-chain.ts";

/** One seal with the event it belongs to; null where the event is gone. */
export interface ChainLink extends ChainHead {
  eventId: number;
  row: AuditRow | null;
}

/**
 * What is wrong with a chain, and where. `edited`: an event says something else than when it was sealed. `removed`: an event, or
 * seals, are gone. `inserted`: an event came later than it claims. `rewritten`: all fits, but not to a head that was exported.
 */
export interface ChainBreak {
  kind: "edited" | "removed" | "inserted" | "rewritten";
  seq: number | null;
  /** Null where no event is left to name. */
  eventId: number | null;
  message: string;
}

/** Events commit at most a minute after their time; an hour leaves room for clocks that are set. */
const lateMs = 3_600_000;

/** Walks a chain from an anchor, link by link. `heads` are those that were exported, in any order. */
export function chainWalker(anchor: ChainHead, heads: readonly ChainHead[]) {
  const exported = new Map(heads.map((head) => [head.seq, head.hash]));
  let last = anchor;
  let lastAt = Number.NEGATIVE_INFINITY;
  return {
    /** The next link, in order of `seq`; null while all is well. What follows a break is not to be walked. */
    walk(link: ChainLink): ChainBreak | null {
      const { seq, eventId, row } = link;
      const at = (kind: ChainBreak["kind"], message: string): ChainBreak => ({ kind, seq, eventId, message });
      if (seq !== last.seq + 1)
        return { kind: "removed", seq: last.seq + 1, eventId: null, message: `Seals ${last.seq + 1} to ${seq - 1} are gone.` };
      if (row === null) return at("removed", `Event ${eventId} (seal ${seq}) was removed.`);
      const expected = nextSeal(last, row);
      if (expected.hash !== link.hash) return at("edited", `Event ${eventId} (seal ${seq}) is not as it was when it was sealed.`);
      const head = exported.get(seq);
      if (head !== undefined && head !== link.hash)
        return at("rewritten", `The chain up to event ${eventId} (seal ${seq}) is not the one whose head was exported.`);
      const time = Date.parse(row.at);
      if (time < lastAt - lateMs)
        return at("inserted", `Event ${eventId} (seal ${seq}) claims a time before events that were sealed earlier.`);
      lastAt = Math.max(lastAt, time);
      last = expected;
      return null;
    },
    /** After the last link: an exported head further on shows that the end was cut off. */
    end(): ChainBreak | null {
      const missing = heads.filter((head) => head.seq > last.seq).toSorted((a, b) => a.seq - b.seq)[0];
      return missing === undefined
        ? null
        : {
            kind: "removed",
            seq: last.seq + 1,
            eventId: null,
            message: `Seals from ${last.seq + 1} on are gone: head ${missing.seq} was exported.`,
          };
    },
    head: (): ChainHead => last,
  };
}
