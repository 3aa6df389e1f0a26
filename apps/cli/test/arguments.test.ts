import { describe, expect, it } from "vitest";
import { originOf, resolveCredentials } from "../src/connect.ts";
import { readEnv } from "../src/env.ts";
import { parseInputs } from "../src/parse-inputs.ts";
import { parseSince } from "../src/parse-since.ts";
import { parsePodName } from "../src/pod-name.ts";

describe("P4 arguments", () => {
  it("are pods by tenant and name", () => {
    expect(parsePodName("acme/web")).toEqual({ tenant: "acme", pod: "web" });
    for (const wrong of ["web", "/web", "acme/", "a/b/c", ""]) expect(() => parsePodName(wrong)).toThrow(/tenant.*pod/);
  });

  it("are inputs typed by the template, with anything after the first =", () => {
    const declared = { size: { type: "integer" }, loud: { type: "boolean" }, text: { type: "string", secret: false } } as const;
    expect(parseInputs(["size=5", "loud=true", "text=a=b", "other=1"], declared)).toEqual({ size: 5, loud: true, text: "a=b", other: "1" });
    expect(parseInputs(["size=many", "text=5"], declared)).toEqual({ size: "many", text: "5" });
    expect(() => parseInputs(["=x"])).toThrow(/key=value/);
  });

  it("are times, or how long ago", () => {
    const now = new Date("2026-01-10T12:00:00Z");
    expect(parseSince("90m", now)).toBe("2026-01-10T10:30:00.000Z");
    expect(parseSince("2026-01-01T00:00:00+02:00", now)).toBe("2025-12-31T22:00:00.000Z");
    expect(() => parseSince("yesterday-ish", now)).toThrow(/10m/);
  });

  it("are addresses of an installation", () => {
    expect(originOf("https://pods.example.com/some/page")).toBe("https://pods.example.com");
    for (const wrong of ["pods.example.com", "file:///etc/passwd", ""]) expect(() => originOf(wrong)).toThrow(/address/);
  });
});

describe("P4 where commands go and as whom", () => {
  const login = { url: "https://pods.example.com", token: "login" };
  const local = { url: "http://localhost:3000", socketPath: "/run/server.sock", token: "local" };
  const resolve = (env: { AGENTPOD_URL?: string; AGENTPOD_TOKEN?: string }, stored: { login?: typeof login; cli?: typeof local }) =>
    resolveCredentials(readEnv(env), (kind) => stored[kind] ?? null);

  it("a login goes before the credentials of this machine", () => {
    expect(resolve({}, { login, cli: local })).toEqual(login);
    expect(resolve({}, { cli: local })).toEqual(local);
  });

  it("AGENTPOD_URL chooses among them, and sends no token where it does not belong", () => {
    expect(resolve({ AGENTPOD_URL: "http://localhost:3000" }, { login, cli: local })).toEqual(local);
    expect(() => resolve({ AGENTPOD_URL: "https://evil.example" }, { login, cli: local })).toThrow(/no login for https:\/\/evil\.example/);
  });

  it("the public name of this machine's own installation leads to it without leaving the machine", () => {
    const named = { ...local, publicUrl: "https://panel.example.com" };
    expect(resolve({ AGENTPOD_URL: "https://panel.example.com/" }, { cli: named })).toEqual(named);
    expect(() => resolve({ AGENTPOD_URL: "https://panel.example.com:8443" }, { cli: named })).toThrow(/no login/);
  });

  it("AGENTPOD_TOKEN goes before what is stored", () => {
    expect(resolve({ AGENTPOD_TOKEN: "t" }, { cli: local })).toEqual({ ...local, token: "t" });
    expect(resolve({ AGENTPOD_TOKEN: "t", AGENTPOD_URL: "https://other.example" }, { cli: local })).toEqual({
      url: "https://other.example",
      token: "t",
    });
    expect(() => resolve({}, {})).toThrow(/npm start/);
  });
});
