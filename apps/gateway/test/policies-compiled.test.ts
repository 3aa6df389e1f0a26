import type { RoutePoliciesInput } from "@agentpod/core/route-policies";
import { routePolicies } from "@agentpod/core/route-policies";
import { describe, expect, it } from "vitest";
import { type Admission, admit } from "../src/policies/admit.ts";
import { compilePolicies } from "../src/policies/compiled-policies.ts";
import { dressAnswer, dressPage } from "../src/policies/dress-answer.ts";
import { PasswordChecks } from "../src/policies/password-checks.ts";
import { PolicyStore } from "../src/policies/policy-store.ts";
import { route } from "./rig.ts";

const parse = (input: RoutePoliciesInput) => routePolicies.parse(input);
const compile = (input: RoutePoliciesInput) => compilePolicies(parse(input), new PasswordChecks(), null);
const somebody = { name: "ada", passwordHash: `scrypt:1:1:1:${"A".repeat(22)}:${"A".repeat(43)}` };

interface Case {
  policies: RoutePoliciesInput;
  method?: string;
  client?: string;
  path?: string;
  headers?: string[];
  page: string | null | undefined;
}

/** GIVEN policies, WHEN somebody asks, THEN this page (null: a preflight's answer; undefined: on to the upstream). */
const cases: Record<string, Case> = {
  "maintenance is for everybody": { policies: { maintenance: {} }, page: "maintenance" },
  "maintenance goes before addresses": { policies: { maintenance: {}, addresses: { deny: ["0.0.0.0/0"] } }, page: "maintenance" },
  "maintenance goes before preflights": {
    policies: { maintenance: {}, cors: { origins: ["*"] } },
    method: "OPTIONS",
    headers: ["Origin", "https://a.example", "Access-Control-Request-Method", "GET"],
    page: "maintenance",
  },
  "an allowed address": { policies: { addresses: { allow: ["192.0.2.0/24"] } }, page: undefined },
  "an address that is not on the list": { policies: { addresses: { allow: ["198.51.100.0/24"] } }, page: "not-welcome" },
  "a denied one among allowed ones": { policies: { addresses: { allow: ["192.0.2.0/24"], deny: ["192.0.2.1"] } }, page: "not-welcome" },
  "its IPv4 in IPv6": { policies: { addresses: { deny: ["192.0.2.1"] } }, client: "::ffff:192.0.2.1", page: "not-welcome" },
  "the same in hexadecimal": { policies: { addresses: { deny: ["192.0.2.1"] } }, client: "::ffff:c000:201", page: "not-welcome" },
  "a rule for IPv4 in IPv6": { policies: { addresses: { deny: ["::ffff:192.0.2.0/120"] } }, page: "not-welcome" },
  "an IPv6 network": { policies: { addresses: { deny: ["2001:db8::/32"] } }, client: "2001:db8:1::1", page: "not-welcome" },
  "beside an IPv6 network": { policies: { addresses: { deny: ["2001:db8::/32"] } }, client: "2001:db9::1", page: undefined },
  "everything denied in IPv4 is not all of IPv6": { policies: { addresses: { deny: ["0.0.0.0/0"] } }, client: "::1", page: undefined },
  "link-local with its interface": { policies: { addresses: { allow: ["fe80::/10"] } }, client: "fe80::1%eth0", page: undefined },
  "no address at all is on no list": { policies: { addresses: { allow: ["0.0.0.0/0", "::/0"] } }, client: "", page: "not-welcome" },
  "a preflight needs no login": {
    policies: { basicAuth: { users: [somebody] }, cors: { origins: ["https://a.example"] } },
    method: "OPTIONS",
    headers: ["Origin", "https://b.example", "Access-Control-Request-Method", "GET"],
    page: null,
  },
  "a preflight from a denied address": {
    policies: { addresses: { allow: ["198.51.100.0/24"] }, cors: { origins: ["*"] } },
    method: "OPTIONS",
    headers: ["Origin", "https://a.example", "Access-Control-Request-Method", "GET"],
    page: "not-welcome",
  },
  "OPTIONS without what is asked for is the upstream's": {
    policies: { cors: { origins: ["*"] } },
    method: "OPTIONS",
    headers: ["Origin", "https://a.example"],
    page: undefined,
  },
  "a preflight where there is no CORS is the upstream's": {
    policies: { compress: true },
    method: "OPTIONS",
    headers: ["Origin", "https://a.example", "Access-Control-Request-Method", "GET"],
    page: undefined,
  },
  "no credentials": { policies: { basicAuth: { users: [somebody] } }, page: "login-needed" },
  "login goes before body size": {
    policies: { basicAuth: { users: [somebody] }, maxBodyBytes: 1 },
    headers: ["content-length", "9"],
    page: "login-needed",
  },
  "a body as large as allowed": { policies: { maxBodyBytes: 9 }, headers: ["Content-Length", "9"], page: undefined },
  "a larger one": { policies: { maxBodyBytes: 8 }, headers: ["Content-Length", "9"], page: "body-too-large" },
  "a huge one": { policies: { maxBodyBytes: 8 }, headers: ["content-length", "9".repeat(300)], page: "body-too-large" },
  "any body where none is allowed": { policies: { maxBodyBytes: 0 }, headers: ["Content-Length", "1"], page: "body-too-large" },
  "a chunked one is judged as it comes": { policies: { maxBodyBytes: 0 }, headers: ["transfer-encoding", "chunked"], page: undefined },
};

describe("A14 denied paths", () => {
  const rule = compile({ deniedPaths: ["/api/v1/admin", "/tools/invoke"] });
  const page = (path: string) =>
    (admit(rule as NonNullable<typeof rule>, { method: "POST", client: "192.0.2.1", isHttps: false, path, headers: [] }, 0) as Admission)
      .refusal?.page;

  it.each([
    "/api/v1/admin",
    "/api/v1/admin/",
    "/api/v1/admin/rpc",
    "/api/v1/admin/rpc?x=1",
    "/api/v1/admin/rpc#x",
    "//api//v1/admin/rpc",
    "/API/v1/Admin/RPC",
    "/api/v1/%61dmin/rpc",
    "/api%2Fv1%2fadmin%2Frpc",
    "/api/v1/%2561dmin/rpc",
    "/api/v1/./admin/rpc",
    "/x/../api/v1/admin/rpc",
    "/x/%2e%2e/api/v1/admin/rpc",
    "/api/v1/admin/rpc/../../../../x",
    "/api/v1/admin/%2e%2e/%2e%2e/x",
    "/api\\v1\\admin\\rpc",
    "/api/v1;a=b/admin;c/rpc",
    "/api/v1/ad%09min/rpc",
    "/tools/invoke",
    "/tools/%69nvoke",
  ])("%s is not for the world", (path) => expect(page(path)).toBe("unknown-path"));

  it.each(["/", "/api/v1/administrators", "/api/v1", "/chat?path=/api/v1/admin", "/tools", "/%zz", "/a/api/v1/admin"])("%s is", (path) =>
    expect(page(path)).toBeUndefined(),
  );

  it("a path that is no such prefix is refused when it is written", () => {
    for (const path of ["/", "admin", "/a//b", "/a/../b", "/%61"])
      expect(routePolicies.safeParse({ deniedPaths: [path] }).success).toBe(false);
  });
});

describe("P7 route policies, compiled", () => {
  it.each(Object.entries(cases))("%s", (_, { policies, method = "GET", client = "192.0.2.1", path = "/", headers = [], page }) => {
    const compiled = compile(policies);
    if (compiled === null) throw new Error("there is something to do");
    const { refusal } = admit(compiled, { method, client, isHttps: false, path, headers }, 0) as Admission;
    expect(refusal === null ? undefined : refusal.page).toBe(page);
  });

  it.each<RoutePoliciesInput>([{}, { https: "redirect" }, { addresses: {} }, { requestHeaders: {} }, { retries: 0, compress: false }])(
    "%j is nothing to do for a request",
    (policies) => expect(compile(policies)).toBeNull(),
  );

  it("a refused rate counts before the login, which so costs nothing", () => {
    const compiled = compile({ rateLimit: { requests: 1, perSeconds: 10 }, basicAuth: { users: [somebody] } });
    const ask = () =>
      admit(
        compiled as NonNullable<typeof compiled>,
        { method: "GET", client: "192.0.2.1", isHttps: false, path: "/", headers: [] },
        0,
      ) as Admission;
    expect(ask().refusal).toMatchObject({
      page: "login-needed",
      headers: ["www-authenticate", 'Basic realm="Restricted", charset="UTF-8"'],
    });
    expect(ask()).toMatchObject({
      refusal: { page: "too-many-requests", retrySeconds: 10 },
      headers: expect.arrayContaining(["ratelimit"]),
    });
  });

  it("counts and memories outlive a switch of tables as long as their part of the policy stays", () => {
    const store = new PolicyStore();
    const limited = (message: string, requests = 5, id = "route-1") =>
      route({ id, policies: parse({ rateLimit: { requests }, maintenance: { message }, basicAuth: { users: [somebody] } }) });
    const serve = (entry: ReturnType<typeof route>) => {
      const compiled = store.replace([entry, route({ id: "plain" })])(entry);
      if (compiled === undefined) throw new Error("there are policies");
      return compiled;
    };
    const first = serve(limited("a"));
    expect(serve(limited("a"))).toBe(first);
    const second = serve(limited("b"));
    expect(second.rateLimit).toBe(first.rateLimit);
    expect(second.basicAuth).toBe(first.basicAuth);
    expect(second.maintenance).toMatchObject({ message: "b" });
    const third = serve(limited("b", 6));
    expect(third.rateLimit).not.toBe(first.rateLimit);
    expect(third.basicAuth).toBe(first.basicAuth);
    expect(serve(limited("b", 6, "route-2")).rateLimit).not.toBe(third.rateLimit);
    expect(store.replace([route({ id: "plain" })])(route({ id: "plain" }))).toBeUndefined();
  });
});

describe("P7 header changes", () => {
  const dressing = (input: RoutePoliciesInput, asked: string[] = [], extra: string[] = []) => ({
    policies: compile(input) as NonNullable<ReturnType<typeof compile>>,
    asked,
    extra,
  });
  const change = {
    responseHeaders: { set: { "X-Frame-Options": "DENY", "CONTENT-TYPE": "text/plain" }, remove: ["Server", "x-powered-by"] },
  };

  it("an answer: any case of a name, all of its values", () => {
    const answer = [
      "SERVER",
      "x",
      "Set-Cookie",
      "a=1",
      "Set-Cookie",
      "b=2",
      "x-frame-options",
      "ALLOW",
      "X-Frame-Options",
      "SAMEORIGIN",
      "X-Powered-By",
      "y",
    ];
    expect(dressAnswer(answer, 200, true, dressing(change))).toEqual({
      headers: ["Set-Cookie", "a=1", "Set-Cookie", "b=2", "x-frame-options", "DENY", "content-type", "text/plain"],
      coding: null,
    });
  });

  it("a page of the gateway keeps its own and gets the rest", () => {
    const page = ["content-type", "text/html", "server", "agentpod"];
    expect(dressPage(page, dressing(change))).toEqual([...page, "x-frame-options", "DENY"]);
  });

  it("a script may read a refusal where it may read the route", () => {
    const page = ["vary", "accept", "retry-after", "3"];
    const cors = { cors: { origins: ["https://a.example"], credentials: true, exposeHeaders: ["RateLimit"] } };
    expect(dressPage(page, dressing(cors, ["Origin", "https://a.example"], ["ratelimit", "x"]))).toEqual([
      ...[
        "retry-after",
        "3",
        "ratelimit",
        "x",
        "access-control-allow-origin",
        "https://a.example",
        "access-control-allow-credentials",
        "true",
      ],
      ...["access-control-expose-headers", "RateLimit", "vary", "accept, Origin"],
    ]);
  });
});

describe("P7 CORS", () => {
  it.each<[string, string[], string[], string | null]>([
    ["the origin named", ["https://a.example"], ["https://a.example"], "https://a.example"],
    ["another one", ["https://a.example"], ["https://b.example"], null],
    ["another scheme", ["https://a.example"], ["http://a.example"], null],
    ["another port", ["https://a.example"], ["https://a.example:8443"], null],
    ["the default port, said", ["https://a.example:443"], ["https://a.example"], "https://a.example"],
    ["a name that only ends alike", ["https://a.example"], ["https://evil-a.example"], null],
    ["a name that only begins alike", ["https://a.example"], ["https://a.example.evil.test"], null],
    ["below a wildcard", ["https://*.a.example"], ["https://x.a.example"], "https://x.a.example"],
    ["two below a wildcard", ["https://*.a.example"], ["https://y.x.a.example"], "https://y.x.a.example"],
    ["the wildcard's own domain", ["https://*.a.example"], ["https://a.example"], null],
    ["a wildcard's name joined to another", ["https://*.a.example"], ["https://evila.example"], null],
    ["a user name before a wildcard", ["https://*.a.example"], ["https://evil.test/@.a.example"], null],
    ["a wildcard with a port", ["http://*.localhost:3000"], ["http://app.localhost:3000"], "http://app.localhost:3000"],
    ["a wildcard with another port", ["http://*.localhost:3000"], ["http://app.localhost"], null],
    ["a file's origin", ["https://a.example"], ["null"], null],
    ["anything for all", ["*"], ["null"], "*"],
    ["two origins at once", ["https://a.example", "https://b.example"], ["https://a.example", "https://b.example"], null],
    ["no origin", ["*"], [], null],
  ])("%s", (_, origins, asked, granted) => {
    const rule = compile({ cors: { origins } })?.cors;
    const answer = ["Access-Control-Allow-Origin", "https://upstream.example", "ACCESS-CONTROL-ALLOW-CREDENTIALS", "true", "x-a", "1"];
    const list =
      rule?.applyTo(
        answer,
        asked.flatMap((origin) => ["Origin", origin]),
      ) ?? [];
    const at = list.indexOf("access-control-allow-origin");
    expect(at === -1 ? null : list[at + 1]).toBe(granted);
    expect(list.join(" ")).not.toMatch(/upstream\.example|credentials/i);
    expect(list.includes("Origin")).toBe(!origins.includes("*"));
  });
});
