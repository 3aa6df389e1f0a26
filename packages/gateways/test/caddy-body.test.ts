import { describe, expect, it } from "vitest";
import { certificateVersionOf, isInPlace, refusalOf, withAgentPod, withoutAgentPod } from "../src/caddy/body.ts";

const places = { http: ":80", https: ":443", inner: "/run/agentpod/gateway-inner.sock" };
const plain = { ...places, https: null };
const certificate = { id: "c", names: ["a.example"], chain: "CHAIN", key: "KEY", ocsp: null, isPublic: true };
const theirs = {
  admin: { listen: "127.0.0.1:2019" },
  apps: {
    http: { http_port: 8080, servers: { theirs: { listen: [":9000"] } } },
    tls: { certificates: { automate: ["their.example"], load_pem: [{ certificate: "THEIRS", key: "THEIRS" }] } },
  },
};

describe("P7 Caddy's configuration", () => {
  it("a Caddy without any gets servers that lead to the inner door", () => {
    expect(withAgentPod(null, plain, null)).toEqual({
      apps: {
        http: {
          servers: {
            agentpod: {
              "@id": "agentpod-certificates-",
              listen: [":80"],
              routes: [
                {
                  handle: [
                    {
                      handler: "reverse_proxy",
                      upstreams: [{ dial: "unix//run/agentpod/gateway-inner.sock" }],
                      load_balancing: { try_duration: 5_000_000_000 },
                      flush_interval: -1,
                      headers: { request: { set: { "X-Forwarded-Port": ["{http.request.port}"] } } },
                      transport: { protocol: "http", compression: false, keep_alive: { idle_timeout: 30_000_000_000 } },
                    },
                  ],
                },
              ],
              automatic_https: { disable: true },
            },
          },
        },
      },
    });
  });

  it("beside other people's sites and certificates, and out again without a trace", () => {
    const config = withAgentPod(theirs, places, { version: "v1", certificates: [certificate] });
    expect(Object.keys(config.apps?.http?.servers ?? {})).toEqual(["theirs", "agentpod", "agentpod-https"]);
    expect(config.apps?.tls?.certificates).toEqual({
      automate: ["their.example"],
      load_pem: [
        { certificate: "THEIRS", key: "THEIRS" },
        { certificate: "CHAIN", key: "KEY", tags: ["agentpod"] },
      ],
    });
    expect([isInPlace(config, places), certificateVersionOf(config)]).toEqual([true, "v1"]);
    expect(withoutAgentPod(config)).toEqual(theirs);
    expect(withoutAgentPod(withAgentPod(null, places, { version: "v1", certificates: [certificate] }))).toEqual({ apps: {} });
  });

  it("again is the same; without new certificates the old stay; new ones take their place", () => {
    const first = withAgentPod(theirs, places, { version: "v1", certificates: [certificate] });
    expect(withAgentPod(first, places, { version: "v1", certificates: [certificate] })).toEqual(first);
    expect(withAgentPod(first, places, null)).toEqual(first);
    const next = withAgentPod(first, places, { version: "v2", certificates: [] });
    expect([certificateVersionOf(next), next.apps?.tls?.certificates?.load_pem?.length]).toEqual(["v2", 1]);
    expect(isInPlace(first, plain)).toBe(false);
  });

  it("a refusal says what to do, and never more than a sentence of Caddy's", () => {
    const taken = JSON.stringify({ error: "loading config: listening on :80: listen tcp :80: bind: address already in use" });
    expect(refusalOf(400, taken, places)).toMatchObject({ code: "conflict", message: expect.stringContaining("--http") });
    expect(refusalOf(500, "<html>", places)).toMatchObject({ code: "unavailable", message: expect.stringContaining("no reason") });
    expect(refusalOf(500, JSON.stringify({ error: "x".repeat(10_000) }), places).message.length).toBeLessThan(500);
  });
});
