/** Sends the past first, then what comes; what is recorded while the past is still being read is neither missed nor told twice. */
export function followFromPast(send: (line: string) => void): { onLine(line: string): void; onPast(lines: readonly string[]): void } {
  let waiting: string[] | null = [];
  return {
    onLine(line) {
      if (waiting === null) send(line);
      else waiting.push(line);
    },
    onPast(past) {
      const since = waiting ?? [];
      waiting = null;
      for (const line of [...past, ...since.slice(overlap(past, since))]) send(line);
    },
  };
}

/** How many of the first lines of `next` are the last ones of `past`. */
function overlap(past: readonly string[], next: readonly string[]): number {
  for (let count = Math.min(past.length, next.length); count > 0; count--) {
    if (next.slice(0, count).every((line, i) => line === past[past.length - count + i])) return count;
  }
  return 0;
}
