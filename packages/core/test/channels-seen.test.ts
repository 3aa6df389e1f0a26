import { describe, expect, it } from "vitest";
import { type ChannelHealth, channelName, channelsNow, lostChannels } from "../src/channel-health.ts";
import { channelsIn } from "../src/products/agents/channels-seen.ts";

const seen = (account: Record<string, unknown>) =>
  channelsIn({ channels: { telegram: { accounts: { default: account } } }, channelLabels: { telegram: "Telegram" } })?.map(
    ({ state, message }) => `${state}: ${message}`,
  )[0];

const up = { enabled: true, configured: true, running: true };

/** Accounts as agents of version 2026.9.4 tell them. */
const accounts: [string, Record<string, unknown>, string][] = [
  ["works", { ...up, connected: true, lifecycle: "ready", healthState: "healthy" }, "ok: "],
  ["works, with an error of long ago", { ...up, connected: true, healthState: "healthy", lastError: "fetch failed" }, "ok: "],
  ["has no word on being connected", { ...up }, "ok: "],
  ["is switched off", { ...up, enabled: false, lifecycle: "blocked" }, "off: switched off"],
  ["was never set up", { enabled: true, configured: false }, "off: not set up"],
  ["has no device", { enabled: true, configured: true, linked: false }, "unlinked: not linked to a device"],
  ["is coming", { ...up, connected: false, lifecycle: "starting", healthState: "startup-connect-grace" }, "starting: connecting"],
  ["comes back", { ...up, connected: false, healthState: "reconnect-grace", lastError: "ECONNRESET" }, "starting: cannot be reached"],
  [
    "has a token that was revoked",
    {
      enabled: true,
      configured: true,
      running: false,
      lifecycle: "blocked",
      terminalDisconnect: true,
      healthState: "blocked",
      lastError: "Call to 'getMe' failed! (401: Unauthorized)",
    },
    "lost: token refused",
  ],
  ["is refused when asked", { ...up, connected: true, healthState: "healthy", probe: { ok: false, status: 401 } }, "lost: token refused"],
  ["cannot be reached when asked", { ...up, connected: true, probe: { ok: false, error: "fetch failed" } }, "lost: cannot be reached"],
  [
    "was logged out",
    { ...up, connected: false, healthState: "disconnected", lastError: "Session logged out" },
    "lost: session ended; link it again",
  ],
  ["has been silent", { ...up, connected: true, healthState: "stale-socket" }, "lost: silent for half an hour"],
  ["is disconnected", { ...up, connected: false, healthState: "disconnected" }, "lost: disconnected"],
  ["stopped", { enabled: true, configured: true, running: false, healthState: "not-running" }, "lost: disconnected"],
  ["is told of in another shape", { enabled: "yes" }, "starting: connecting"],
];

describe("A6 channels in an agent's word on its health", () => {
  it.each(accounts)("a channel that %s", (_, account, said) => expect(seen(account)).toBe(said));

  it("what it says itself is cut, and holds no key", () => {
    const said = seen({
      ...up,
      lifecycle: "blocked",
      lastError: `POST https://api.telegram.org/bot123456:AAH-x_y/getMe: ${"x ".repeat(200)}`,
    });
    expect(said).not.toContain("123456");
    expect(said).not.toContain("AAH");
    expect(said?.length).toBeLessThan(200);
    expect(seen({ ...up, lifecycle: "blocked", lastError: "bad key sk1-0123456789abcdefghijklmnop here" })).toBe("lost: bad key … here");
  });

  it("each account for itself; one without accounts is the channel; what is no health is none", () => {
    const payload = { channels: { slack: { accounts: { sales: up, support: { ...up, enabled: false } } }, irc: { ...up } } };
    expect(channelsIn(payload)?.map((one) => `${channelName(one)} ${one.state}`)).toEqual([
      "slack (sales) ok",
      "slack (support) off",
      "irc ok",
    ]);
    for (const other of [null, {}, "<html>", { channels: [] }, { ok: true }]) expect(channelsIn(other)).toBeNull();
    expect(channelsIn({ channels: {} })).toEqual([]);
  });
});

describe("A6 since when a channel is as it is", () => {
  const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1, 10, 0, seconds));
  const sight = (state: "ok" | "lost" | "unlinked" | "off", message = "") => ({
    channel: "t",
    label: "T",
    account: "default",
    state,
    message,
  });
  const before = (state: ChannelHealth["state"]): ChannelHealth[] => [{ ...sight("ok"), state, since: at(0).toISOString() }];

  it("the first moment of its state counts, whatever its words", () => {
    expect(channelsNow(before("lost"), [sight("lost", "other words")], at(9))).toEqual([
      { ...sight("lost", "other words"), since: at(0).toISOString() },
    ]);
    expect(channelsNow(before("ok"), [sight("lost")], at(9))[0]?.since).toBe(at(9).toISOString());
  });

  it.each([
    ["ok", "lost"],
    ["lost", "lost"],
    ["off", "off"],
    ["starting", "off"],
  ] as const)("after %s, not being linked is %s", (was, is) =>
    expect(channelsNow(before(was), [sight("unlinked")], at(1))[0]?.state).toBe(is),
  );

  it("one that tries again is lost until it works", () => {
    expect(channelsNow(before("lost"), [{ ...sight("ok"), state: "starting" }], at(5))).toEqual(before("lost"));
    expect(channelsNow(before("ok"), [{ ...sight("ok"), state: "starting" }], at(5))[0]?.state).toBe("starting");
    expect(channelsNow(before("lost"), [sight("ok")], at(5))[0]).toMatchObject({ state: "ok", since: at(5).toISOString() });
  });

  it("never linked, it was not lost; and what is gone from the configuration is forgotten", () => {
    expect(lostChannels(channelsNow([], [sight("unlinked")], at(1)))).toEqual([]);
    expect(channelsNow(before("lost"), [], at(1))).toEqual([]);
    expect(lostChannels(undefined)).toEqual([]);
  });
});
