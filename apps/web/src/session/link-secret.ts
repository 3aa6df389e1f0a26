let kept = "";

/** The secret of a one-time link: behind the `#`, and taken out of the address as soon as it was read. The page keeps it: what asks may be drawn anew. */
export function linkSecret(): string {
  const secret = window.location.hash.slice(1);
  if (secret === "") return kept;
  kept = secret;
  window.history.replaceState(window.history.state, "", window.location.pathname);
  return kept;
}
