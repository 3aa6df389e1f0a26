import type { AccessLogLine } from "@agentpod/core/route-table";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type ApiRig, apiRig, request } from "./api-rig.ts";

const route = "0b9df1c4-6fd5-4c3b-9f51-0d8a2f4d1c11";
const line = (minute: number, change: Partial<AccessLogLine>): AccessLogLine => ({
  at: `2026-01-31T12:0${minute}:00.000Z`,
  route,
  host: "shop.acme.example",
  method: "GET",
  path: "/",
  status: 200,
  bytesIn: 1,
  bytesOut: 1,
  milliseconds: 1,
  client: "192.0.2.1",
  upstream: null,
  error: null,
  ...change,
});

let rig: ApiRig;
beforeAll(async () => {
  rig = await apiRig(inject("serverUrl"), {
    accessLog: [
      line(0, { path: "/login", status: 404 }),
      line(1, { path: "/cart", method: "POST", status: 302 }),
      line(2, { host: "other.example", route: null, status: 503 }),
      line(3, { client: "2001:db8::1", path: "/login/again", status: 401 }),
      line(4, { status: 200 }),
    ],
  });
});
afterAll(() => rig.close());

const search = (query: string) => request(rig, rig.adminToken, "GET", `/gateway/access-log${query}`);
const minutes = async (query: string) => {
  const { status, text } = await search(query);
  expect(status).toBe(200);
  return text
    .trim()
    .split("\n")
    .filter((one) => one !== "")
    .map((one) => Number((JSON.parse(one) as AccessLogLine).at[15]));
};

describe("P7 access log search", () => {
  it.each([
    ["", [0, 1, 2, 3, 4]],
    ["?tail=2", [3, 4]],
    ["?status=404", [0]],
    ["?status=4xx", [0, 3]],
    ["?status=4xx&tail=1", [3]],
    ["?method=post", [1]],
    ["?path=login", [0, 3]],
    ["?path=%2Flogin%2F", [3]],
    ["?client=2001:db8::1", [3]],
    ["?host=OTHER.example", [2]],
    ["?since=2026-01-31T12:03:00Z", [3, 4]],
    ["?since=2026-01-31T14:03:00%2B02:00", [3, 4]],
    [`?route=${route}&status=5xx`, []],
    ["?path=login&status=4xx&client=192.0.2.1", [0]],
  ])("%s", async (query, expected) => {
    expect(await minutes(query)).toEqual(expected);
  });

  it.each([
    ["?status=6xx", "status"],
    ["?status=40", "status"],
    ["?since=yesterday", "since"],
    ["?method=GET%20%2F", "method"],
    ["?path=", "path"],
    ["?tail=-1", "tail"],
    ["?route=web", "route"],
    ["?statuss=404", "statuss"],
  ])("%s is refused", async (query, path) => {
    expect(await search(query)).toMatchObject({ status: 400, body: { error: { issues: [{ path }] } } });
  });
});
