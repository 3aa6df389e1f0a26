/** Everything told to a set of listeners from the moment of the call on, until the signal aborts or the reader leaves. */
export function subscribe<T>(signal: AbortSignal, listeners: Set<(value: T) => void>): AsyncIterableIterator<T, void> {
  const queue: T[] = [];
  let notify = () => {};
  const listener = (value: T) => {
    queue.push(value);
    notify();
  };
  const onAbort = () => notify();
  listeners.add(listener);
  signal.addEventListener("abort", onAbort);
  const leave = () => {
    listeners.delete(listener);
    signal.removeEventListener("abort", onAbort);
  };
  const iterator: AsyncIterableIterator<T, void> = {
    [Symbol.asyncIterator]: () => iterator,
    async next() {
      while (!signal.aborted) {
        const value = queue.shift();
        if (value !== undefined) return { done: false, value };
        await new Promise<void>((resolve) => {
          notify = resolve;
        });
      }
      leave();
      return { done: true, value: undefined };
    },
    async return() {
      leave();
      return { done: true, value: undefined };
    },
  };
  return iterator;
}
