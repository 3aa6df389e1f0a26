import { channelConfigs } from "@agentpod/core/alert-channel-config";
import { channelFields } from "@agentpod/core/alert-channel-fields";
import { addAlertRuleRequest } from "@agentpod/core/api/alert-view";
import type { AgentPodEvent } from "@agentpod/core/event";
import type { MetricPoint } from "@agentpod/core/metric";
import { describe, expect, it } from "vitest";
import { gridOf, lastKnown, lonely } from "../src/charts/grid.ts";
import { untilNextAttempt } from "../src/screens/alerts/alert-queries.ts";
import { kindsFor, subjectHref } from "../src/screens/alerts/alert-words.ts";
import { configOf } from "../src/screens/alerts/config-of.ts";
import { ruleOf } from "../src/screens/alerts/rule-of.ts";
import { filterOf, fits, isLater } from "../src/screens/audit/audit-filter.ts";
import { figuresOf, linesWithValues } from "../src/screens/metrics/metric-figures.ts";
import { scaleBytes } from "../src/screens/metrics/metric-format.ts";
import { untilNextPoint } from "../src/screens/metrics/use-metrics.ts";

const at = (seconds: number): string => new Date(seconds * 1000).toISOString();

describe("P12 the grid of a chart", () => {
  it("has a place for each step of the range, and nothing where nothing was measured", () => {
    const points = [{ at: at(15) }, { at: at(45) }];
    const { times, points: laid } = gridOf(points, 15, 75, new Date(61_000));
    expect(times).toEqual([0, 15, 30, 45, 60]);
    expect(laid).toEqual([null, points[0], null, points[1], null]);
  });

  it("shows what a server measured whose clock is ahead", () => {
    const { times, points } = gridOf([{ at: at(120) }], 15, 60, new Date(61_000));
    expect(times).toEqual([75, 90, 105, 120]);
    expect(points.at(-1)).not.toBeNull();
  });

  it("knows the points that no line leads to, and the last that is known", () => {
    expect(lonely([1, null, 2, 3, null, 4])).toEqual([0, 5]);
    expect(lonely([])).toEqual([]);
    expect(lastKnown([1, null, 2, null])).toBe(2);
    expect(lastKnown([null])).toBeNull();
  });
});

describe("P12 metrics for people", () => {
  it.each([
    [0, "0 B"],
    [1023, "1023 B"],
    [1024, "1 KiB"],
    [300 * 2 ** 20, "300 MiB"],
    [1.5 * 2 ** 30, "1.5 GiB"],
  ])("%i bytes are %s", (bytes, text) => {
    const { value, digits, unit } = scaleBytes(bytes);
    expect(`${Number(value.toFixed(digits))} ${unit}`).toBe(text);
  });

  it("are asked for again when the next point has been written, and not before", () => {
    // Samples are taken at 7.5 s of each 15 s, and have a second and a half to be written.
    expect(untilNextPoint("1h", 9_000)).toBe(15_000);
    expect(untilNextPoint("1h", 8_000)).toBe(1000);
    expect(untilNextPoint("1h", 10_000)).toBe(14_000);
    expect(untilNextPoint("30d", 3_600_000)).toBe(9000);
  });

  it("leave out the highest of what is a single sample, and limits that nothing holds to", () => {
    const point = { cpuCores: 1, cpuCoresMax: 2, memoryLimitBytes: null } as MetricPoint;
    const lines = (isRolledUp: boolean, limit: number | null) =>
      linesWithValues(figuresOf.pod[0], [point, null], isRolledUp, limit).map(({ id, values }) => [id, values]);
    expect(lines(false, null)).toEqual([["used", [1, null]]]);
    expect(lines(true, 3)).toEqual([
      ["used", [1, null]],
      ["peak", [2, null]],
      ["limit", [3, 3]],
    ]);
  });
});

describe("P10 filters of the audit page", () => {
  const none = { text: "", who: "", action: "", tenant: "", result: "", from: "", to: "" };
  const event = {
    cursor: "9-10",
    at: at(100),
    type: "pod.created",
    tenant: "acme",
    actor: "user:1",
    result: "ok",
    message: "Pod web created",
  };
  const fit = (filter: Parameters<typeof fits>[1]) => fits(event as unknown as AgentPodEvent, filter);

  it("are what was filled in, people by their ids", () => {
    const people = new Map([["ann@example.com", "user:1"]]);
    expect(filterOf(none, people)).toEqual({});
    expect(filterOf({ ...none, who: " Ann@example.com ", action: "pod.*", result: "failed" }, people)).toEqual({
      actor: "user:1",
      type: "pod.*",
      result: "failed",
    });
    expect(filterOf({ ...none, who: "token:7", from: "2026-01-02T03:04", to: "some day" }, people)).toEqual({
      actor: "token:7",
      from: new Date("2026-01-02T03:04").toISOString(),
    });
  });

  it.each([
    [{}, true],
    [{ type: "pod.*" }, true],
    [{ type: "pod" }, false],
    [{ tenant: "globex" }, false],
    [{ actor: "user:1", result: "ok" as const, text: "WEB" }, true],
    [{ text: "other" }, false],
    [{ from: at(100) }, true],
    [{ to: at(100) }, false],
  ])("%j of what comes live: %s", (filter, expected) => expect(fit(filter)).toBe(expected));

  it("go by the place of an event, not by its text", () => {
    expect(isLater("10-1", "9-99")).toBe(true);
    expect(isLater("9-100", "9-99")).toBe(true);
    expect(isLater("9-99", "9-99")).toBe(false);
  });
});

describe("P11 forms of alerts", () => {
  const form = (values: Record<string, string | string[]>): FormData => {
    const data = new FormData();
    for (const [name, value] of Object.entries(values)) for (const one of [value].flat()) data.append(name, one);
    return data;
  };

  it("make rules that the API takes", () => {
    const rule = ruleOf(form({ name: "hot", pod: "", threshold: "80", minutes: "1.5", channels: ["ops", "team"] }), "cpu");
    expect(addAlertRuleRequest.parse(rule)).toMatchObject({
      name: "hot",
      pod: null,
      threshold: 80,
      forSeconds: 90,
      channels: ["ops", "team"],
    });
    expect(
      addAlertRuleRequest.parse(ruleOf(form({ name: "errors", minutes: "0", text: "", level: "error", within: "10" }), "log")),
    ).toMatchObject({
      text: null,
      level: "error",
      withinMinutes: 10,
    });
  });

  it("send what is no number as it is, so that the API says so at its field", () => {
    const { error } = addAlertRuleRequest.safeParse(ruleOf(form({ name: "hot", threshold: "much", minutes: "long" }), "cpu"));
    expect(error?.issues.map(({ path }) => path.join("."))).toEqual(["threshold", "forSeconds"]);
  });

  it("make channels that the API takes, and leave out what is empty", () => {
    const values = {
      host: "mail.example",
      port: "587",
      security: "starttls",
      user: "",
      password: "",
      from: "a@b.example",
      to: "c@d.example, e@f.example",
    };
    const config = configOf(
      channelFields("smtp"),
      form(Object.fromEntries(Object.entries(values).map(([name, value]) => [`config.${name}`, value]))),
    );
    expect(config).toEqual({
      host: "mail.example",
      port: 587,
      security: "starttls",
      from: "a@b.example",
      to: ["c@d.example", "e@f.example"],
    });
    expect(channelConfigs.smtp.safeParse(config).success).toBe(true);
  });

  it("offer a tenant no rule that is the installation's, and nobody one that is built in", () => {
    expect(kindsFor("acme")).not.toContain("disk_low");
    expect(kindsFor(null)).toContain("disk_low");
    for (const owner of ["acme", null]) expect(kindsFor(owner)).not.toContain("crash_loop");
  });

  it("lead from an alert to what it is about", () => {
    expect(subjectHref({ kind: "cpu", subjectName: "acme/web", tenant: "acme" })).toBe("/pods/acme/web");
    expect(subjectHref({ kind: "domain", subjectName: "example.com", tenant: "acme" })).toBe("/domains?tenant=acme");
    expect(subjectHref({ kind: "disk_low", subjectName: "AgentPod", tenant: null })).toBe("/server");
  });

  it("ask for deliveries again when the next attempt is due, and not at all when none is", () => {
    const queued = (seconds: number) => ({ state: "queued" as const, nextAt: at(seconds) });
    expect(untilNextAttempt([{ state: "delivered", nextAt: at(0) }], 0)).toBe(false);
    expect(untilNextAttempt([queued(10), queued(30)], 0)).toBe(12_000);
    expect(untilNextAttempt([queued(10)], 60_000)).toBe(2000);
    expect(untilNextAttempt([queued(10_000)], 0)).toBe(60_000);
  });
});
