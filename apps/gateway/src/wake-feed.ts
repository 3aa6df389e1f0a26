import type { GatewayWake } from "@agentpod/core/route-table";

/** Passes wake-ups to whoever listens at the moment. */
export class WakeFeed {
  readonly #listeners = new Set<(wake: GatewayWake) => void>();

  emit(wake: GatewayWake): void {
    for (const listener of this.#listeners) listener(wake);
  }

  /** Returns how to stop listening. */
  listen(listener: (wake: GatewayWake) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
