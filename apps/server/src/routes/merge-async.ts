/** Values of several sources as they come. Ends when all have; an error of one ends all; leaving it closes all. */
export async function* mergeAsync<T>(sources: readonly AsyncIterable<T>[]): AsyncGenerator<T> {
  const iterators = sources.map((source) => source[Symbol.asyncIterator]());
  const next = (index: number) => (iterators[index] as AsyncIterator<T>).next().then((result) => ({ index, result }));
  const waiting = new Map(iterators.map((_, index) => [index, next(index)]));
  try {
    while (waiting.size > 0) {
      const { index, result } = await Promise.race(waiting.values());
      if (result.done) waiting.delete(index);
      else {
        waiting.set(index, next(index));
        yield result.value;
      }
    }
  } finally {
    for (const promise of waiting.values()) promise.catch(() => undefined);
    // A source that waits for its next value closes when that comes or its signal ends: not awaited.
    for (const iterator of iterators) void iterator.return?.()?.catch(() => undefined);
  }
}
