import type { AdoptedUnit, Kept } from "./adopt.ts";

/** Containers that were taken over, one per pod. Rows go with their pods. */
export interface AdoptionStore {
  /** `conflict` when the container is another pod's already. `kept` is encrypted. */
  insert(adopted: Omit<AdoptedUnit, "isReleasing" | "at" | "tenant" | "name">, kept: Kept): Promise<void>;
  /** Of one pod (id); null where it was not adopted. */
  find(pod: string): Promise<AdoptedUnit | null>;
  list(): Promise<AdoptedUnit[]>;
  /** Decrypted; null where the pod was not adopted. The caller never logs it. */
  kept(pod: string): Promise<Kept | null>;
  /** Again: no effect. */
  markReleasing(pod: string): Promise<void>;
}
