import type { RouteRow } from "@agentpod/core/store";
import { parseSettings } from "@agentpod/host/settings";
import { describe, expect, it } from "vitest";
import { addressesOf } from "../src/setup/addresses.ts";

const row = (hosts: string[], change: Partial<RouteRow> = {}): RouteRow => ({
  id: "r",
  index: 0,
  unit: "app",
  port: "http",
  hosts,
  path: "/",
  publicPort: null,
  timeoutSeconds: 60,
  drainSeconds: 30,
  policies: null,
  split: null,
  wake: false,
  wakeSeconds: 60,
  state: "serving",
  message: "",
  upstreams: [],
  version: 1,
  ...change,
});

const hosts = ["web-acme.localhost", "web.lan", "shop.acme.com", "*.acme.com"];

describe("P7 addresses of a pod", () => {
  it.each([
    [
      "without a public address: local names by HTTP, public ones by HTTPS too",
      {},
      ["http://web-acme.localhost:3000", "http://web.lan:3000", "http://shop.acme.com:3000", "https://shop.acme.com:3443"],
    ],
    [
      "on the standard ports",
      { AGENTPOD_PORT: "80", AGENTPOD_URL: "http://apps.acme.com" },
      ["http://web-acme.localhost", "http://web.lan", "http://shop.acme.com", "https://shop.acme.com"],
    ],
    [
      "behind a public HTTPS address: as that is",
      { AGENTPOD_URL: "https://apps.acme.com" },
      ["http://web-acme.localhost:3000", "https://web.lan", "https://shop.acme.com"],
    ],
    [
      "without HTTPS",
      { AGENTPOD_HTTPS_PORT: "none" },
      ["http://web-acme.localhost:3000", "http://web.lan:3000", "http://shop.acme.com:3000"],
    ],
    [
      "without an authority that signs",
      { AGENTPOD_ACME_DIRECTORY: "none" },
      ["http://web-acme.localhost:3000", "http://web.lan:3000", "http://shop.acme.com:3000"],
    ],
  ])("%s; never a wildcard", (_what, env, expected) => {
    expect(addressesOf(parseSettings(env), [row(hosts)])).toEqual(expected);
  });

  it("the numbered port stays HTTP, the path stays", () => {
    const settings = parseSettings({ AGENTPOD_URL: "https://apps.acme.com" });
    expect(addressesOf(settings, [row(["shop.acme.com"], { publicPort: 31_000, path: "/app" })])).toEqual([
      "https://shop.acme.com/app",
      "http://apps.acme.com:31000/app",
    ]);
  });
});
