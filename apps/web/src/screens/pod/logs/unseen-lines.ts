import type { PodLogLine } from "@agentpod/core/api/pod-view";

/** Lines of several units are not quite in the order of their times. */
const slackMs = 10_000;

/** Tells lines that come again after a broken connection from new ones. Several lines of a unit may have the same moment. */
export interface UnseenLines {
  isNew(line: PodLogLine): boolean;
  /** A new reading begins. */
  again(): void;
  /** From when to read on; null: nothing was read yet. */
  since(): string | null;
}

interface Place {
  at: string;
  count: number;
}

export function unseenLines(): UnseenLines {
  const places = new Map<string, Place>();
  let before = new Map<string, Place>();
  let seen = new Map<string, number>();
  const key = ({ unit, stream }: PodLogLine): string => `${unit} ${stream}`;

  function isNew(line: PodLogLine): boolean {
    const old = before.get(key(line));
    if (old === undefined || line.at === null || line.at > old.at) return true;
    if (line.at < old.at) return false;
    const count = (seen.get(key(line)) ?? 0) + 1;
    seen.set(key(line), count);
    return count > old.count;
  }
  return {
    isNew(line) {
      if (!isNew(line)) return false;
      const place = places.get(key(line));
      if (line.at !== null) places.set(key(line), { at: line.at, count: place?.at === line.at ? place.count + 1 : 1 });
      return true;
    },
    again() {
      before = new Map(places);
      seen = new Map();
    },
    since() {
      const times = [...places.values()].map(({ at }) => Date.parse(at));
      return times.length === 0 ? null : new Date(Math.max(...times) - slackMs).toISOString();
    },
  };
}
