interface Eventful {
  once(event: "drain" | "close", listener: () => void): unknown;
  off(event: "drain" | "close", listener: () => void): unknown;
}

/** Resolves when an entry of an archive takes more, or when one of the two is gone. */
export function drained(entry: Eventful, archive: Eventful): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      for (const one of [entry, archive]) one.off("close", done);
      entry.off("drain", done);
      resolve();
    };
    for (const one of [entry, archive]) one.once("close", done);
    entry.once("drain", done);
  });
}
