import { describe, expect, it } from "vitest";
import { type RoutePoliciesInput, routePolicies } from "../src/route-policies.ts";

const issues = (input: unknown) =>
  routePolicies.safeParse(input).error?.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`) ?? [];

describe("P7 route policies", () => {
  it.each(["203.0.113.7", "10.0.0.0/8", "10.0.0.1/8", "0.0.0.0/0", "::1", "2001:DB8::/48", "::ffff:192.0.2.1", "::/0"])(
    "takes the network %s",
    (network) => expect(issues({ addresses: { allow: [network] } })).toEqual([]),
  );

  it.each([
    "10.0.0.0/99",
    "10.0.0.0/33",
    "2001:db8::/129",
    "256.1.1.1",
    "1.2.3",
    "1.2.3.4/",
    "10.0.0.0/-1",
    "fe80::1%eth0",
    ":::",
    "localhost",
    "*",
  ])("says what %s should be", (network) =>
    expect(issues({ addresses: { deny: ["::1", network] } })).toEqual([
      "addresses.deny.1: an address or network such as 203.0.113.7, 10.0.0.0/8 or 2001:db8::/32",
    ]),
  );

  it.each([
    "Host",
    "content-length",
    "Transfer-Encoding",
    "X-Forwarded-For",
    "forwarded",
    "Proxy-Authorization",
    "Expect",
    "Sec-WebSocket-Accept",
    "a b",
    "a:",
    "",
    "a\r\nb",
  ])("no policy sets or removes the header %j", (header) => {
    expect(issues({ requestHeaders: { set: { [header]: "x" } } })).toHaveLength(1);
    expect(issues({ responseHeaders: { remove: [header] } })).toHaveLength(1);
    expect(issues({ rateLimit: { requests: 1, by: { header } } })).not.toEqual([]);
  });

  it.each(["a\r\nSet-Cookie: x", "a\nb", "a\0", "ä"])("no header gets the value %j", (value) =>
    expect(issues({ responseHeaders: { set: { "X-A": value } } })).toEqual(["responseHeaders.set.X-A: a header value of printable ASCII"]),
  );

  it.each<[string, RoutePoliciesInput | object]>([
    ["a realm that ends its quotes", { basicAuth: { realm: 'a", charset="x', users: [{ name: "a", passwordHash: "x" }] } }],
    ["a password in clear", { basicAuth: { users: [{ name: "a", passwordHash: "secret" }] } }],
    ["every site with credentials", { cors: { origins: ["*"], credentials: true } }],
    ["an origin with a path", { cors: { origins: ["https://a.example/x"] } }],
    ["an unknown policy", { magic: true }],
  ])("refuses %s", (_, input) => expect(issues(input)).not.toEqual([]));
});
