const listeners = new Set<() => void>();

/** Told by the API's calls: there is no session, or none any more. */
export const sessionEnded = (): void => {
  for (const listener of listeners) listener();
};

/** Gives the function that ends the listening. */
export function onSessionEnd(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
