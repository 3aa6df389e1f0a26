/** A step of a chart's time axis, in seconds since 1970, and what was measured in it. */
export interface Grid<P> {
  times: number[];
  /** One for each time; null where nothing was measured, so that a gap is seen as one. */
  points: (P | null)[];
}

/** Lays points onto the steps of a range that ends now. Points give the begin of their step. */
export function gridOf<P extends { at: string }>(points: readonly P[], stepSeconds: number, rangeSeconds: number, now: Date): Grid<P> {
  const known = new Map(points.map((point) => [Math.round(Date.parse(point.at) / 1000), point]));
  const newest = points.length === 0 ? 0 : Math.max(...known.keys());
  // A clock that is behind the server's hides nothing that was measured.
  const last = Math.max(Math.floor(now.getTime() / 1000 / stepSeconds) * stepSeconds, newest);
  const count = Math.round(rangeSeconds / stepSeconds);
  const times = Array.from({ length: count }, (_, i) => last - (count - 1 - i) * stepSeconds);
  return { times, points: times.map((time) => known.get(time) ?? null) };
}

/** Places of values without a neighbour: a line has nowhere to go from there, so they are drawn as dots. */
export function lonely(values: readonly (number | null)[]): number[] {
  return values.flatMap((value, i) => (value !== null && (values[i - 1] ?? null) === null && (values[i + 1] ?? null) === null ? [i] : []));
}

/** The place of the last value; null where there is none. */
export function lastKnown(values: readonly (number | null)[]): number | null {
  const i = values.findLastIndex((value) => value !== null);
  return i < 0 ? null : i;
}
