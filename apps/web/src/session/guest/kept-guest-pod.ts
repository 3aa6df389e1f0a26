const key = "agentpod.guest-pod";

/** The pod that this browser's visitor has made; null when there is none. Its name is all that it takes to see it. */
export function keptGuestPod(): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** Null forgets it. */
export function keepGuestPod(name: string | null): void {
  try {
    if (name === null) localStorage.removeItem(key);
    else localStorage.setItem(key, name);
  } catch {
    // Storage may be refused; it is then known for as long as the page is open.
  }
}
