import { pickUpstream, type Upstream } from "../proxy/upstream.ts";

/**
 * Sends so many percent of a route's requests to another route's upstreams. Each request counts by itself, in even
 * steps and not by chance: of any hundred in a row exactly so many go there.
 */
export class Split {
  readonly #percent: number;
  readonly #others: readonly Upstream[];
  #sum = 50;

  constructor(percent: number, others: readonly Upstream[]) {
    this.#percent = percent;
    this.#others = others;
  }

  /** Undefined: the route's own. */
  pick(): Upstream | undefined {
    this.#sum += this.#percent;
    if (this.#sum < 100) return undefined;
    this.#sum -= 100;
    return pickUpstream(this.#others, []);
  }
}
