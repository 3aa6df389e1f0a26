import type { PodLogLine } from "@agentpod/core/api/pod-view";
import { describe, expect, it } from "vitest";
import { unseenLines } from "../src/screens/pod/logs/unseen-lines.ts";

const line = (text: string, at: string, unit = "web"): PodLogLine => ({ unit, at: `2026-11-21T12:00:0${at}Z`, stream: "stdout", text });

describe("P13 a follower whose connection broke", () => {
  it("shows no line twice and misses none, also where many have one moment and units are not in step", () => {
    const all = [
      line("a", "1.5"),
      line("b", "2.000001"),
      line("c", "2.000001"),
      line("x", "1.9", "db"),
      line("d", "2.000001"),
      line("e", "3.0"),
    ];
    const unseen = unseenLines();
    expect(unseen.since()).toBeNull();
    const shown = all.slice(0, 3).filter(unseen.isNew);
    unseen.again();
    expect(Date.parse(unseen.since() as string)).toBeLessThanOrEqual(Date.parse("2026-11-21T11:59:52.000Z"));
    shown.push(...all.filter(unseen.isNew));
    expect(shown.map(({ text }) => text)).toEqual(["a", "b", "c", "x", "d", "e"]);
    unseen.again();
    expect(all.filter(unseen.isNew)).toEqual([]);
  });
});
