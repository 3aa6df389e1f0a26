import { policyChanges } from "@agentpod/core/api/pod-route-view";
import { describe, expect, it, test } from "vitest";
import { parsePolicies } from "../src/parse-policies.ts";
import { browserStore, trustStore } from "../src/trust-store.ts";

describe("P7 policies by option", () => {
  test.each([
    [{ rateLimit: "100/60s" }, { rateLimit: { requests: 100, perSeconds: 60 } }],
    [{ rateLimit: "10/s/50", rateBy: "X-Key" }, { rateLimit: { requests: 10, perSeconds: 1, burst: 50, by: { header: "X-Key" } } }],
    [{ rateLimit: "none" }, { rateLimit: null }],
    [{ allow: ["203.0.113.0/24", "::1"] }, { addresses: { allow: ["203.0.113.0/24", "::1"], deny: [] } }],
    [{ deny: ["none"] }, { addresses: null }],
    [{ denyPath: ["/admin", "/tools"] }, { deniedPaths: ["/admin", "/tools"] }],
    [{ denyPath: ["none"] }, { deniedPaths: null }],
    [{ clientAddress: true }, { forwardedFor: "client" }],
    [{ clientAddress: false }, { forwardedFor: null }],
    [{ hsts: "365d" }, { hsts: { maxAgeSeconds: 31_536_000 } }],
    [{ maintenance: "Back at noon." }, { maintenance: { message: "Back at noon." } }],
    [{ maintenance: "none" }, { maintenance: null }],
    [{ maxBody: "10mb" }, { maxBodyBytes: 10_485_760 }],
    [{ maxBody: "0" }, { maxBodyBytes: 0 }],
    [{ requestHeader: ["X-One: a: b", "-Cookie"] }, { requestHeaders: { set: { "X-One": "a: b" }, remove: ["Cookie"] } }],
    [{ responseHeader: ["none"] }, { responseHeaders: null }],
    [{ cors: ["https://app.example.com"] }, { cors: { origins: ["https://app.example.com"] } }],
    [
      { compress: false, retries: 2, idleTimeout: "5m" },
      { compress: false, retries: 2, idleTimeoutSeconds: 300 },
    ],
  ])("%j", (options, changes) => {
    expect(parsePolicies(options)).toEqual(changes);
    expect(policyChanges.safeParse(changes).success).toBe(true);
  });

  test.each([
    [{ rateLimit: "many" }, /--rate-limit takes/],
    [{ rateBy: "X-Key" }, /goes with --rate-limit/],
    [{ hsts: "long" }, /--hsts takes/],
    [{ maxBody: "10 potatoes" }, /--max-body takes/],
    [{ requestHeader: ["nonsense"] }, /--request-header takes/],
  ])("%j is refused", (options, message) => expect(() => parsePolicies(options)).toThrow(message));
});

describe("P7 the trust store of a system", () => {
  const on = (folder: string) => trustStore("linux", (path) => path === folder, "/tmp/a.pem");

  it("is a folder and its program; no value meets a shell", () => {
    expect(on("/usr/local/share/ca-certificates")).toMatchObject({
      file: expect.stringMatching(/\.crt$/),
      add: [["update-ca-certificates"]],
    });
    expect(on("/etc/pki/ca-trust/source/anchors").add).toEqual([["update-ca-trust"]]);
    expect(trustStore("darwin", () => false, "/tmp/a.pem").add[0]?.at(-1)).toBe("/tmp/a.pem");
    expect(browserStore("/home/a/.pki/nssdb", "/tmp/a.pem").add).toContain("sql:/home/a/.pki/nssdb");
  });

  it("that is not known is said, with the way by hand", () => {
    expect(() => trustStore("linux", () => false, "/tmp/a.pem")).toThrow(/--print/);
  });
});
