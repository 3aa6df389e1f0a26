/** The values of a source, while something else goes on beside it. When either ends, so does the other; an error of either is thrown. */
export async function* beside<T>(
  source: (signal: AbortSignal) => AsyncIterable<T>,
  act: (signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): AsyncGenerator<T> {
  const stop = new AbortController();
  const until = AbortSignal.any([signal, stop.signal]);
  let failure: unknown;
  const acting = act(until)
    .catch((error: unknown) => {
      if (!until.aborted) failure = error;
    })
    .finally(() => stop.abort());
  try {
    yield* source(until);
  } finally {
    stop.abort();
    await acting;
  }
  if (failure !== undefined) throw failure;
}
