/** Seconds until the next attempt after the n-th that failed; half a day in all. Null: no more. */
export function deliveryRetry(attempts: number): number | null {
  return waits[attempts - 1] ?? null;
}

const minute = 60;
const hour = 3600;
const waits = [10, 30, minute, 2 * minute, 5 * minute, 10 * minute, 20 * minute, 30 * minute, hour, hour, 2 * hour, 3 * hour, 4 * hour];
