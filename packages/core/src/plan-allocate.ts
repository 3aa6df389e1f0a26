import { hashOf } from "./hash.ts";
import { besidePurpose, portOfPurpose } from "./ports-beside.ts";
import type { PodSnapshot, Range } from "./snapshot.ts";
import type { Allocation } from "./store.ts";

/** What a pod needs a number for. */
export interface Need {
  kind: Allocation["kind"];
  purpose: string;
  /** Of a port: distances of those that are held with it. */
  beside?: readonly number[];
  /** Grows when an earlier choice turned out to be taken by a stranger. */
  attempt: number;
}

export interface Allocated {
  /** What the pod holds after the plan's own allocations. */
  all: Allocation[];
  added: Allocation[];
  /** Needs for which the range has nothing left. */
  missing: Need[];
}

/** Chooses values for what is needed and not yet held (what lies beside a port that is not held is given up); spread over the range by name, so that two pods planned at once seldom collide. */
export function allocate(snapshot: PodSnapshot, before: readonly Allocation[], needs: readonly Need[]): Allocated {
  const held = before.filter((a) => a.kind !== "port" || before.some((b) => b.kind === "port" && b.purpose === portOfPurpose(a.purpose)));
  const added: Allocation[] = [];
  const missing: Need[] = [];
  for (const need of needs) {
    if ([...held, ...added].some((a) => a.kind === need.kind && a.purpose === need.purpose)) continue;
    const range = rangeOf(snapshot, need.kind);
    if (!range) continue;
    const { beside = [] } = need;
    const taken = snapshot.server.taken[need.kind];
    const own = new Set([...held, ...added].filter((a) => a.kind === need.kind).map((a) => a.value));
    const value = pick(range, `${snapshot.facts.pod.id}/${need.purpose}/${need.attempt}`, (v) =>
      [0, ...beside].some((distance) => v + distance > range.to || own.has(v + distance) || taken.has(v + distance)),
    );
    if (value === null) {
      missing.push(need);
      continue;
    }
    // Itself last: once it is held, all of them are.
    for (const distance of beside) added.push({ kind: need.kind, value: value + distance, purpose: besidePurpose(need.purpose, distance) });
    added.push({ kind: need.kind, value, purpose: need.purpose });
  }
  return { all: [...held, ...added], added, missing };
}

export function allocatedValue(all: readonly Allocation[], kind: Allocation["kind"], purpose: string): number | null {
  return all.find((a) => a.kind === kind && a.purpose === purpose)?.value ?? null;
}

function rangeOf(snapshot: PodSnapshot, kind: Allocation["kind"]): Range | null {
  const { ranges } = snapshot.server;
  return { port: ranges.port, public_port: ranges.publicPort, subnet: ranges.subnet, uid: ranges.uid }[kind];
}

function pick(range: Range, seed: string, isTaken: (value: number) => boolean): number | null {
  const size = range.to - range.from + 1;
  const start = Number.parseInt(hashOf(seed).slice(0, 8), 16) % size;
  for (let step = 0; step < size; step++) {
    const value = range.from + ((start + step) % size);
    if (!isTaken(value)) return value;
  }
  return null;
}
