import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { metricTiers, ratesBetween, slotOf, stepOf, stepsEnded } from "../src/metric.ts";
import { exposition } from "../src/metric-exposition.ts";

const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1000);

describe("P12 steps and rings", () => {
  it("every tier holds its range, and a ring's steps never share a slot within it", () => {
    expect(metricTiers.map(({ seconds, slots }) => (seconds * slots) / 3600)).toEqual([2, 24, 168, 720]);
    for (const tier of metricTiers) {
      const slots = Array.from({ length: tier.slots }, (_, i) => slotOf(at(i * tier.seconds), tier));
      expect(new Set(slots).size).toBe(tier.slots);
      expect(slotOf(at(tier.slots * tier.seconds), tier)).toBe(slots[0]);
    }
  });
  it("each step is rolled up once it has ended, whenever one looks", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 30 }), (gaps) => {
        for (const tier of metricTiers) {
          if (tier.tier === 0) continue;
          let seen = 0;
          const done: number[] = [];
          for (const gap of gaps) {
            done.push(...stepsEnded(tier, at(seen), at(seen + gap)).map((step) => step.getTime()));
            seen += gap;
          }
          const all = Array.from({ length: Math.floor(seen / tier.seconds) }, (_, i) => at(i * tier.seconds).getTime());
          expect(done).toEqual(all);
        }
      }),
    );
  });
  it("what the finer tier no longer holds is not looked for", () => {
    expect(stepsEnded(metricTiers[1], at(0), at(86_400)).length).toBeLessThanOrEqual(120);
    expect(stepOf(at(59), metricTiers[1])).toEqual(at(0));
  });
});

describe("P12 rates", () => {
  const counters = { cpuSeconds: 1, networkIn: 100, networkOut: null, diskRead: 5, diskWrite: 5 };
  it("are growth by time; none of the first, nor of a counter that began anew", () => {
    expect(ratesBetween(null, { at: 0, counters })).toMatchObject({ cpuSeconds: null, networkIn: null });
    const rates = ratesBetween({ at: 0, counters }, { at: 10_000, counters: { ...counters, cpuSeconds: 6, networkIn: 50, diskRead: 5 } });
    expect(rates).toEqual({ cpuSeconds: 0.5, networkIn: null, networkOut: null, diskRead: 0, diskWrite: 0 });
    expect(ratesBetween({ at: 5, counters }, { at: 5, counters })).toMatchObject({ cpuSeconds: null });
  });
});

describe("P12 Prometheus' text", () => {
  it("escapes labels, and leaves out what is not known", () => {
    const text = exposition([
      {
        name: "a",
        help: "A",
        type: "gauge",
        values: [
          { labels: { x: 'q"\\\n' }, value: 1 },
          { labels: {}, value: null },
          { labels: {}, value: 2 },
        ],
      },
    ]);
    expect(text).toBe('# HELP a A\n# TYPE a gauge\na{x="q\\"\\\\\\n"} 1\na 2\n');
  });
});
