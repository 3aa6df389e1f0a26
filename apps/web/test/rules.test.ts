import { describe, expect, it } from "vitest";
import { scriptHashes } from "../build/finish-build.ts";
import { firstValues, inputsOf } from "../src/inputs/input-values.ts";
import { podState } from "../src/pods/pod-state.ts";
import { matchScreen, screenPaths } from "../src/routing/match-screen.ts";
import { deviceName } from "../src/screens/account/device-name.ts";
import { keysOf, readSpec } from "../src/screens/pod/environment/spec-lines.ts";
import { isProgram, permissionWords } from "../src/screens/pod/files/permission-words.ts";
import { specDiff } from "../src/screens/pod/revisions/spec-diff.ts";
import { changesOf, fieldsOf } from "../src/screens/pod/routes/policy-fields.ts";
import { choosePods } from "../src/screens/pods/choose-pods.ts";
import { firstGateway, gatewayOf } from "../src/screens/settings/gateway-fields.ts";
import { firstGuests, guestsOf } from "../src/screens/settings/guest-draft.ts";

describe("P15 addresses", () => {
  it.each([
    ["/", "overview", {}],
    ["/pods", "pods", {}],
    ["/pods/new", "newPod", {}],
    ["/pods/acme/web", "pod", { tenant: "acme", pod: "web" }],
    ["/pods/acme/web/logs", "podTab", { tenant: "acme", pod: "web", tab: "logs" }],
    ["/templates/a%20b/", "template", { name: "a b" }],
  ])("%s shows %s", (path, screen, params) => expect(matchScreen(path)).toEqual({ screen, params }));

  it.each(["/nowhere", "/pods/a/b/c/d", "/templates/%E0%A4%A"])("%s shows nothing", (path) => expect(matchScreen(path)).toBeNull());

  it("are each reached by their own pattern", () => {
    for (const [screen, pattern] of Object.entries(screenPaths)) expect(matchScreen(pattern.replaceAll(":", "x"))?.screen).toBe(screen);
  });
});

describe("P15 the list of pods", () => {
  const pod = (name: string, phase: string, updatedAt = "2026-01-01T00:00:00Z") =>
    ({ name, tenant: "acme", phase, health: "none", template: null, updatedAt }) as never;
  const pods = [pod("b", "running"), pod("a", "failing"), pod("c", "stopped", "2026-02-01T00:00:00Z")];
  const all = { text: "", tenant: "", standing: "", sort: "name", isDescending: false } as const;
  const names = (values: object): string =>
    choosePods(pods, { ...all, ...values })
      .map(({ name }) => name)
      .join("");

  it.each([
    [{}, "abc"],
    [{ isDescending: true }, "cba"],
    [{ sort: "state" }, "abc"],
    [{ sort: "updated" }, "cab"],
    [{ text: "ACME/ b" }, "b"],
    [{ text: "failing" }, "a"],
    [{ standing: "resting" }, "c"],
    [{ tenant: "other" }, ""],
  ])("%o gives %s", (values, expected) => expect(names(values)).toBe(expected));

  it("takes a running pod whose probe fails for one in trouble", () => {
    expect(podState({ phase: "running", health: "unhealthy" }).standing).toBe("attention");
    expect(podState({ phase: "a phase of tomorrow", health: "none" }).standing).toBe("attention");
  });
});

describe("P15 forms", () => {
  const inputs = {
    name: { type: "string", default: "x", secret: false },
    size: { type: "integer" },
    isOn: { type: "boolean", default: true },
    password: { type: "string", secret: true, generate: "password" },
  } as const;

  it("begin with defaults and know no secret", () => {
    expect(firstValues(inputs, { size: 3, password: "never sent" })).toEqual({ name: "x", size: "3", isOn: true, password: undefined });
  });

  it("send what was filled in, with its type, and what is no number as it was typed", () => {
    expect(inputsOf(inputs, { name: "", size: "12", isOn: false, password: "" })).toEqual({ name: "", size: 12, isOn: false });
    expect(inputsOf(inputs, { size: "many" })).toEqual({ size: "many" });
  });

  it("name only the policies that were changed", () => {
    const policies = {
      https: "auto",
      compress: true,
      retries: 0,
      idleTimeoutSeconds: 0,
      rateLimit: { requests: 5, perSeconds: 1, burst: 9, by: "address" },
    } as const;
    const before = fieldsOf(policies);
    expect(changesOf(before, before, policies)).toEqual({});
    expect(changesOf(before, { ...before, rate: "7" }, policies)).toEqual({
      rateLimit: { requests: 7, perSeconds: 1, burst: 9, by: "address" },
    });
    expect(changesOf(before, { ...before, rate: "", compress: false }, policies)).toEqual({ rateLimit: null, compress: false });
    expect(changesOf(before, { ...before, deny: "10.0.0.1, 10.0.0.2" }, policies)).toEqual({
      addresses: { allow: [], deny: ["10.0.0.1", "10.0.0.2"] },
    });
  });
});

describe("P15 differences of revisions", () => {
  it("are told leaf by leaf, units by their names", () => {
    const before = { units: [{ name: "web", env: { A: "1", B: "2" } }], routes: [] };
    const after = { units: [{ name: "db" }, { name: "web", env: { A: "1", B: "3" } }], routes: [] };
    expect(specDiff(before, after)).toEqual([
      { path: "units.db.name", before: null, after: '"db"' },
      { path: "units.web.env.B", before: '"2"', after: '"3"' },
    ]);
  });
});

describe("P15 policy of the page", () => {
  it("names the hash of each inline script, once", () => {
    const html = '<script src="/a.js"></script><script>alert(1)</script><script nonce="x">alert(1)</script>';
    expect(scriptHashes(html)).toEqual(["'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='"]);
  });
});

describe("P9 P15 where somebody is signed in", () => {
  const chrome = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";
  it.each([
    [`Mozilla/5.0 (X11; Linux x86_64) ${chrome}`, "Chrome · Linux"],
    [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${chrome} Edg/140.0.0.0`, "Edge · Windows"],
    [
      "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15",
      "Safari · macOS",
    ],
    [
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/140 Mobile/15E148",
      "Chrome · iOS",
    ],
    ["Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox · Linux"],
    ["undici/7.0", "undici"],
    ["", null],
    [null, null],
  ])("%s is %s", (userAgent, name) => expect(deviceName(userAgent)).toBe(name));
});

describe("W3 permissions in words", () => {
  it.each([
    [0o600, "ownerOnly", false],
    [0o640, "groupReads", false],
    [0o750, "groupReads", true],
    [0o644, "allRead", false],
    [0o664, "groupWrites", false],
    [0o666, "allWrite", false],
    [0o777, "allWrite", true],
  ])("%i is %s", (mode, words, runs) => expect([permissionWords(mode), isProgram(mode)]).toEqual([words, runs]));
});

describe("P15 a spec that is edited as text", () => {
  const text = 'units:\n  - name: app\n    env:\n      "a b": 1\nroutes: []\n';

  it.each([
    ["spec.units[0].name", ["units", 0, "name"], 2],
    ['spec.units[0].env["a b"]', ["units", 0, "env", "a b"], 4],
    // What is missing is told at what it is missing from.
    ["spec.units[0].image", ["units", 0, "image"], 2],
    ["spec.routes", ["routes"], 5],
    ["spec.nothing", ["nothing"], null],
  ])("%s is found in its line", (path, keys, line) => {
    expect(keysOf(path)).toEqual(keys);
    expect(readSpec(text).lineOf(path)).toBe(line);
  });

  it("is JSON as well as YAML; what is neither says where", () => {
    expect(readSpec('{"units": [{"name": "app"}]}').spec).toEqual({ units: [{ name: "app" }] });
    expect(() => readSpec("units: [\n")).toThrow(/line \d/);
  });
});

describe("P9 P7 what the settings send", () => {
  it("visitors: minutes as seconds; what is no number is left for the API to refuse", () => {
    const draft = firstGuests({ tenant: "demo", templates: ["hello"], ttlSeconds: 5400, perHour: 3 });
    expect(draft.minutes).toBe("90");
    expect(guestsOf(draft)).toEqual({ tenant: "demo", templates: ["hello"], ttlSeconds: 5400, perHour: 3 });
    expect(guestsOf({ ...draft, minutes: "soon" }).ttlSeconds).toBeNaN();
    expect(guestsOf({ ...draft, perHour: " " }).perHour).toBeNaN();
  });

  it("a gateway: an empty field is none where there may be none, and a mistake elsewhere", () => {
    const caddy = firstGateway("caddy", { kind: "embedded" });
    expect(gatewayOf("caddy", caddy)).toEqual({ kind: "caddy", admin: "http://127.0.0.1:2019", http: ":80", https: ":443" });
    expect(gatewayOf("caddy", { ...caddy, https: "", http: "" })).toMatchObject({ https: null, http: "" });
    const inUse = { kind: "caddy", admin: "/run/caddy.sock", http: ":8080", https: null } as const;
    expect(gatewayOf("caddy", firstGateway("caddy", inUse))).toEqual(inUse);
    expect(gatewayOf("traefik", firstGateway("traefik", inUse))).toMatchObject({ kind: "traefik", httpsPort: 443, inner: null });
  });
});
