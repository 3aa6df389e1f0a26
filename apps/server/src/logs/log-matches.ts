import type { AlertRule } from "@agentpod/core/alert";
import { isAtLeast, levelOf } from "@agentpod/core/log-level";
import type { KeptLine } from "./kept-line.ts";

/** The part of a rule about logs that lines are held against. */
export type LogRule = Pick<AlertRule, "id" | "tenantId" | "pod" | "text" | "level" | "withinMinutes">;

/** Lines of a pod that a rule is about, within its minutes. */
export interface LogMatch {
  ruleId: string;
  podId: string;
  count: number;
  /** One of them. */
  sample: string;
}

const bucketMs = 5000;
const longestSample = 200;

/** Counts lines by rule in steps of five seconds; forgets what is older than the rule looks. */
export class LineCounter {
  readonly #rule: LogRule;
  readonly #buckets = new Map<number, number>();
  #sample = "";

  constructor(rule: LogRule) {
    this.#rule = rule;
  }

  see({ at, text }: Pick<KeptLine, "at" | "text">): void {
    if (!isMatch(this.#rule, text)) return;
    const bucket = Math.floor(Date.parse(at) / bucketMs);
    this.#buckets.set(bucket, (this.#buckets.get(bucket) ?? 0) + 1);
    if (this.#sample === "") this.#sample = text.slice(0, longestSample);
  }

  count(now: Date): { count: number; sample: string } {
    const oldest = Math.floor((now.getTime() - this.#rule.withinMinutes * 60_000) / bucketMs);
    let count = 0;
    for (const [bucket, lines] of this.#buckets) {
      if (bucket < oldest) this.#buckets.delete(bucket);
      else count += lines;
    }
    if (count === 0) this.#sample = "";
    return { count, sample: this.#sample };
  }
}

/** Whether a rule is about a line with this text. */
export function isMatch({ text: wanted, level }: Pick<LogRule, "text" | "level">, text: string): boolean {
  if (wanted !== null && !text.toLowerCase().includes(wanted.toLowerCase())) return false;
  return level === null || isAtLeast(levelOf(text), level);
}
