import { describe, expect, it } from "vitest";
import type { ChannelHealth } from "../src/channel-health.ts";
import type { Pod } from "../src/pod.ts";
import { emptyStatus, type PodStatus, type UnitStatus } from "../src/status.ts";
import { statusEvents } from "../src/status-events.ts";

const channel = (state: ChannelHealth["state"], account = "default"): ChannelHealth => ({
  channel: "telegram",
  label: "Telegram",
  account,
  state,
  message: state === "lost" ? "token refused" : "",
  since: "",
});
const status = (channels: ChannelHealth[] | undefined, revision = "r"): PodStatus => ({
  ...emptyStatus,
  units: [
    {
      ...({ name: "agent", revision, state: "running", health: "healthy", message: null, containerId: null, pid: null } as const),
      ...{ runId: "run", startedAt: null, exitCode: null, restarts: 0, channels },
    } satisfies UnitStatus,
  ],
});
const told = (before: PodStatus, next: PodStatus) =>
  statusEvents({ id: "1", tenant: "acme", name: "bot", status: before } as Pod, next).map(
    ({ type, result, message }) => `${type} ${result}: ${message}`,
  );

describe("A6 events of channels", () => {
  it.each([
    ["first seen working", undefined, [channel("ok")], []],
    ["first seen lost", undefined, [channel("lost")], ["channel.lost failed: Telegram is lost: token refused."]],
    ["lost", [channel("ok")], [channel("lost")], ["channel.lost failed: Telegram is lost: token refused."]],
    ["still lost", [channel("lost")], [channel("lost")], []],
    ["regained", [channel("lost")], [channel("ok")], ["channel.regained ok: Telegram works again."]],
    ["switched off", [channel("lost")], [channel("off")], []],
    [
      "one of two",
      [channel("ok"), channel("ok", "sales")],
      [channel("ok"), channel("lost", "sales")],
      ["channel.lost failed: Telegram (sales) is lost: token refused."],
    ],
    ["not told of any more", [channel("lost")], undefined, []],
  ] as const)("%s", (_, before, next, events) => {
    expect(told(status(before && [...before]), status(next && [...next]))).toEqual(events);
  });

  it("a new revision of the agent loses and regains nothing", () => {
    const events = told(status([channel("lost")]), status([channel("lost")], "next"));
    expect(events.filter((event) => event.startsWith("channel"))).toEqual([]);
  });
});
