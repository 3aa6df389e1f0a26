import { hashOf } from "./hash.ts";
import type { PodSnapshot, Range } from "./snapshot.ts";
import type { Allocation } from "./store.ts";

/** What a pod needs a number for. */
export interface Need {
  kind: Allocation["kind"];
  purpose: string;
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

/** Chooses values for what is needed and not yet held; spread over the range by name, so that two pods planned at once seldom collide. */
export function allocate(snapshot: PodSnapshot, held: readonly Allocation[], needs: readonly Need[]): Allocated {
  const added: Allocation[] = [];
  const missing: Need[] = [];
  for (const need of needs) {
    if ([...held, ...added].some((a) => a.kind === need.kind && a.purpose === need.purpose)) continue;
    const range = rangeOf(snapshot, need.kind);
    if (!range) continue;
    const own = new Set(added.filter((a) => a.kind === need.kind).map((a) => a.value));
    const value = pick(
      range,
      `${snapshot.facts.pod.id}/${need.purpose}/${need.attempt}`,
      (v) => own.has(v) || snapshot.server.taken[need.kind].has(v),
    );
    if (value === null) missing.push(need);
    else added.push({ kind: need.kind, value, purpose: need.purpose });
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
