import type { RenderedPage } from "../pages/render-page.ts";
import { admit, type Refusal, type Visitor } from "./admit.ts";
import type { CompiledPolicies } from "./compiled-policies.ts";
import type { ContentCoding } from "./content-coding.ts";
import { dressAnswer, dressPage } from "./dress-answer.ts";
import { hstsName, withoutHsts } from "./hsts-header.ts";

/** One request before its route's policies, and what they make of its answer. */
export class PolicyGate {
  readonly policies: CompiledPolicies;
  readonly #visitor: Visitor;
  readonly #hsts: string | null;
  #extra: readonly string[] = [];

  constructor(policies: CompiledPolicies, visitor: Visitor) {
    this.policies = policies;
    this.#visitor = visitor;
    this.#hsts = visitor.isHttps ? policies.hsts : null;
  }

  /** Calls back once, now or after a login was checked: with null where the request may go on. */
  enter(callback: (refusal: Refusal | null) => void): void {
    const judged = admit(this.policies, this.#visitor, performance.now());
    const take = ({ refusal, headers }: Awaited<typeof judged>) => {
      this.#extra = this.#hsts === null ? headers : [...headers, hstsName, this.#hsts];
      callback(refusal);
    };
    if (judged instanceof Promise) void judged.then(take);
    else take(judged);
  }

  /** Headers (flat lists) of an upstream's answer, and how its body is to be sent; null: as it is. */
  dressAnswer(headers: readonly string[], status: number, canCode: boolean): { headers: string[]; coding: ContentCoding | null } {
    return dressAnswer(this.#hsts === null ? headers : withoutHsts(headers), status, canCode, this.#dressing());
  }

  /** A page of the gateway's own with what a refusal adds. */
  dressPage(page: RenderedPage, refusal: Refusal | null): string[] {
    return dressPage(refusal === null ? page.headers : [...page.headers, ...refusal.headers], this.#dressing());
  }

  #dressing() {
    return { policies: this.policies, asked: this.#visitor.headers, extra: this.#extra };
  }
}

/** What the request itself says of a visitor. */
export function visitorOf(
  { method = "GET", rawHeaders }: { method?: string | undefined; rawHeaders: readonly string[] },
  { path }: { path: string },
): Pick<Visitor, "method" | "path" | "headers"> {
  return { method, path, headers: rawHeaders };
}
