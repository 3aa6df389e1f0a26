import { keyedTurns } from "@agentpod/host/keyed-turns";

/** Images that pods have together, and the pods that are about to make a container from one: for these it stays. */
export interface SharedImages {
  /** From now on it stays for this pod; `look` runs while nobody takes it away. */
  hold<T>(image: string, pod: string, look: () => Promise<T>): Promise<T>;
  /** Its container is there and keeps it; or, of all images, the pod goes. */
  release(pod: string, image?: string): void;
  /** Takes it away unless a pod is about to use it. */
  drop(image: string, remove: () => Promise<void>): Promise<void>;
}

export function sharedImages(): SharedImages {
  const holders = new Map<string, Set<string>>();
  const inTurn = keyedTurns();
  return {
    hold(image, pod, look) {
      holders.set(image, (holders.get(image) ?? new Set()).add(pod));
      return inTurn(image, look);
    },
    release(pod, only) {
      for (const [image, pods] of holders)
        if ((only === undefined || image === only) && pods.delete(pod) && pods.size === 0) holders.delete(image);
    },
    drop: (image, remove) => inTurn(image, async () => (holders.has(image) ? undefined : remove())),
  };
}
