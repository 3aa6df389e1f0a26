/** What the programs of a pod say when it is to be put to sleep. */
export type Rest =
  /** They may be stopped. `wakeAt`: when they must run again though nobody asks for them (ISO 8601); null: never. */
  | { kind: "rest"; wakeAt: string | null }
  /** Not now; `why` is a part of a sentence, and it is worth asking again at `until` (ISO 8601). */
  | { kind: "stay"; until: string; why: string };

/** What is true of a pod of which all these are true: it stays for the longest, and wakes for the first. */
export function restOfAll(rests: readonly Rest[]): Rest {
  const staying = rests.filter((rest) => rest.kind === "stay").toSorted((a, b) => Date.parse(b.until) - Date.parse(a.until));
  if (staying[0] !== undefined) return staying[0];
  const times = rests.flatMap((rest) => (rest.kind === "rest" && rest.wakeAt !== null ? [rest.wakeAt] : []));
  return { kind: "rest", wakeAt: times.toSorted((a, b) => Date.parse(a) - Date.parse(b))[0] ?? null };
}
