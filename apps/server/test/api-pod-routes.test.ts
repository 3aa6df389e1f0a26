import type { PodRouteView } from "@agentpod/core/api/pod-route-view";
import { roles } from "@agentpod/core/permission";
import type { PodSpec } from "@agentpod/core/pod-spec";
import { isPasswordOf } from "@agentpod/host/password-hash";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type Answer, type ApiRig, apiRig, request, webSpec } from "./api-rig.ts";
import { issueCertificate } from "./issue-certificate.ts";

let rig: ApiRig;
let acme: string;
beforeAll(async () => {
  rig = await apiRig(inject("serverUrl"));
  await rig.admin.tenants.create({ name: "acme" });
  acme = await rig.token("acme", roles.admin);
  rig.published.set("acme.example", "dns");
  await ask("POST", "/domains", { name: "acme.example" });
  await ask("POST", "/domains/acme.example/verify");
});
afterAll(() => rig.close());

const ask = (method: string, path: string, body?: unknown): Promise<Answer> => request(rig, acme, method, `/tenants/acme${path}`, body);
const patch = (pod: string, body: unknown, index = 0) => ask("PATCH", `/pods/${pod}/routes/${index}`, body);
const routes = async (pod: string): Promise<PodRouteView[]> => (await ask("GET", `/pods/${pod}/routes`)).body;
const create = async (name: string, spec: object = webSpec()) => {
  expect(await ask("POST", "/pods", { name, spec })).toMatchObject({ status: 202 });
};
const stored = async (pod: string): Promise<PodSpec> => (await rig.deps.database.asSystem((s) => s.pods.get("acme", pod))).spec;
const usersOf = (spec: PodSpec) => spec.routes[0]?.policies?.basicAuth?.users ?? [];
const withUsers = (users: object[], rest: object = {}) => ({
  ...webSpec(),
  routes: [{ unit: "app", port: "http", policies: { basicAuth: { users } }, ...rest }],
});

describe("P7 routes over the API", () => {
  it("a change is a new generation, seen in the table, and a rollback takes it back", async () => {
    await create("web");
    const [before] = await routes("web");
    expect(before).toMatchObject({
      index: 0,
      generation: 1,
      path: "/",
      hosts: [{ host: "web-acme.localhost", declared: false, certificate: null, urls: ["http://web-acme.localhost:3000"] }],
      policies: null,
      split: null,
      wake: false,
      wakeSeconds: 60,
    });
    const changed = await patch("web", {
      addHosts: ["BÜCHER.acme.example", "*.acme.example"],
      policies: { maxBodyBytes: 1000, hsts: {}, requestHeaders: { set: { "X-Team": "a" } } },
      split: { pod: "green", percent: 10 },
      wake: true,
      wakeSeconds: 20,
      path: "/app",
      timeoutSeconds: 5,
      generation: 1,
    });
    expect(changed).toMatchObject({
      status: 202,
      body: {
        id: before?.id,
        generation: 2,
        path: "/app",
        timeoutSeconds: 5,
        drainSeconds: 30,
        policies: { maxBodyBytes: 1000, hsts: { maxAgeSeconds: 31_536_000 }, https: "auto" },
        split: { pod: "green", percent: 10 },
        wake: true,
        wakeSeconds: 20,
      },
    });
    expect(
      changed.body.hosts.map((one: { host: string; unicode: string; declared: boolean }) => [one.host, one.unicode, one.declared]),
    ).toEqual([
      ["web-acme.localhost", "web-acme.localhost", false],
      ["xn--bcher-kva.acme.example", "bücher.acme.example", true],
      ["*.acme.example", "*.acme.example", true],
    ]);
    // What the reconciler writes meanwhile is not looked at.
    const { publicPort: _port, state: _state, message: _message, addresses: _addresses, ...declared } = changed.body;
    expect(await routes("web")).toMatchObject([declared]);
    const table = await rig.deps.database.asSystem((s) => s.routes.table());
    expect(table.routes.find((route) => route.id === before?.id)).toMatchObject({ path: "/app", policies: { maxBodyBytes: 1000 } });

    const less = await patch("web", {
      removeHosts: ["bücher.acme.example", "not.there.example"],
      policies: { maxBodyBytes: null, hsts: null, requestHeaders: null },
      split: null,
    });
    expect(less.body).toMatchObject({ generation: 3, policies: null, split: null, wake: true, path: "/app" });
    expect((await stored("web")).routes[0]).not.toHaveProperty("policies");
    expect((await ask("POST", "/pods/web/rollback", { generation: 2 })).status).toBe(202);
    expect((await routes("web"))[0]).toMatchObject({
      generation: 4,
      policies: { maxBodyBytes: 1000 },
      split: { pod: "green", percent: 10 },
    });
    expect((await ask("POST", "/pods/web/rollback", { generation: 1 })).status).toBe(202);
    expect((await routes("web"))[0]).toMatchObject({ path: "/", policies: null, hosts: [{ host: "web-acme.localhost" }] });
  });

  it("the certificate of each host is told, the one in force before one that is only wanted", async () => {
    await create("shown");
    await patch("shown", { addHosts: ["shown.acme.example", "other.acme.example"] });
    const { chain, key } = await issueCertificate("CN=shown", { names: ["*.acme.example"] });
    await rig.deps.database.asSystem(async (store) => {
      const { id: tenantId } = await store.tenants.get("acme");
      const { id } = await store.certificates.want({ tenantId, names: ["*.acme.example"], source: "acme" });
      const at = {
        notBefore: "2026-01-01T00:00:00.000Z",
        notAfter: "2999-01-01T00:00:00.000Z",
        issuer: "x",
        serial: "1",
        fingerprint: "f",
      };
      await store.certificates.saveIssued(id, { ...at, chain, key, renewAt: null, challenge: "dns-01" });
      await store.certificates.want({ tenantId, names: ["shown.acme.example"], source: "acme" });
      const own = await store.certificates.want({ tenantId: null, names: ["*.localhost"], source: "local" });
      await store.certificates.saveFailure(own.id, { message: "not yet", fault: "system", nextAttemptAt: "2026-01-01T00:00:00.000Z" });
    });
    const [route] = await routes("shown");
    expect(route?.hosts.map(({ host, certificate }) => [host, certificate?.state, certificate?.names, certificate?.message])).toEqual([
      ["shown-acme.localhost", "failing", ["*.localhost"], "not yet"],
      ["shown.acme.example", "issued", ["*.acme.example"], ""],
      ["other.acme.example", "issued", ["*.acme.example"], ""],
    ]);
    expect(JSON.stringify(route)).not.toContain("PRIVATE");
  });

  it("what is set on a route outlives a change of inputs and a newer template; what the template sets itself follows it", async () => {
    const template = (timeoutSeconds: number, units: object = webSpec()) => ({
      apiVersion: "agentpod/v1",
      kind: "Template",
      name: "site",
      title: { en: "Site", zh: "网站" },
      description: { en: "Site", zh: "网站" },
      inputs: { greeting: { type: "string", default: "hi" }, password: { type: "string", generate: "password" } },
      spec: {
        ...units,
        units: [{ ...webSpec().units[0], env: { A: "{{ inputs.greeting }}", P: "{{ inputs.password }}" } }],
        routes: [{ unit: "app", port: "http", timeoutSeconds }],
      },
    });
    const apply = (seconds: number) => request(rig, acme, "PUT", "/templates/site?tenant=acme", template(seconds));
    expect((await apply(11)).status).toBe(200);
    expect((await ask("POST", "/pods", { name: "site", template: "site" })).status).toBe(202);
    expect((await patch("site", { addHosts: ["site.acme.example"], policies: { compress: true } })).body).toMatchObject({
      timeoutSeconds: 11,
    });
    const updated = await ask("PATCH", "/pods/site", { inputs: { greeting: "hello" } });
    expect(updated).toMatchObject({ status: 202, body: { template: { name: "site", version: 1 }, inputs: { greeting: "hello" } } });
    expect(updated.body.spec.routes[0]).toMatchObject({ hosts: ["site.acme.example"], policies: { compress: true }, timeoutSeconds: 11 });
    await apply(22);
    const newer = await ask("PATCH", "/pods/site", { template: "site" });
    expect(newer.body).toMatchObject({ template: { version: 2 }, secrets: ["password"] });
    expect(newer.body.spec.routes[0]).toMatchObject({ hosts: ["site.acme.example"], policies: { compress: true }, timeoutSeconds: 22 });
    expect(newer.body.spec.units[0].env.A).toBe("hello");
  });

  it.each([
    ["a stale generation", { wake: true, generation: 99 }, 409, ""],
    ["the pod's own host", { removeHosts: ["bad-acme.localhost"] }, 400, "removeHosts[0]"],
    ["a host of no domain", { addHosts: ["free.example.com"] }, 400, "spec.routes[0].hosts[0]"],
    ["a host that is none", { addHosts: ["a b"] }, 400, "addHosts[0]"],
    ["an unknown policy", { policies: { magic: {} } }, 400, "policies.magic"],
    [
      "a header that frames messages",
      { policies: { requestHeaders: { set: { "Transfer-Encoding": "chunked" } } } },
      400,
      "policies.requestHeaders.set.Transfer-Encoding",
    ],
    [
      "a header value with a line break",
      { policies: { responseHeaders: { set: { "X-A": "a\r\nSet-Cookie: b" } } } },
      400,
      "policies.responseHeaders.set.X-A",
    ],
    [
      "a header name with a colon",
      { policies: { responseHeaders: { set: { "X-A: b": "c" } } } },
      400,
      'policies.responseHeaders.set["X-A: b"]',
    ],
    ["credentials for every origin", { policies: { cors: { origins: ["*"], credentials: true } } }, 400, "policies.cors.origins"],
    ["an origin with a path", { policies: { cors: { origins: ["https://a.example/x"] } } }, 400, "policies.cors.origins[0]"],
    ["a network that is none", { policies: { addresses: { allow: ["10.0.0.0/99"] } } }, 400, "policies.addresses.allow[0]"],
    ["a rate of nothing", { policies: { rateLimit: { requests: 0 } } }, 400, "policies.rateLimit.requests"],
    [
      "a user name with a colon",
      { policies: { basicAuth: { users: [{ name: "a:b", password: "x" }] } } },
      400,
      "spec.routes[0].policies.basicAuth.users[0].name",
    ],
    [
      "a user without a password",
      { policies: { basicAuth: { users: [{ name: "ann" }] } } },
      400,
      "spec.routes[0].policies.basicAuth.users[0].password",
    ],
    [
      "a user with a hash of another form",
      { policies: { basicAuth: { users: [{ name: "ann", passwordHash: "$2b$10$x" }] } } },
      400,
      "spec.routes[0].policies.basicAuth.users[0].passwordHash",
    ],
    [
      "a password with a NUL",
      { policies: { basicAuth: { users: [{ name: "ann", password: "a\0b" }] } } },
      400,
      "spec.routes[0].policies.basicAuth.users[0].password",
    ],
    ["a split to itself", { split: { pod: "bad", percent: 10 } }, 400, "spec.routes[0].split.pod"],
    ["a split of nothing", { split: { pod: "green", percent: 0 } }, 400, "split.percent"],
    ["a wait without end", { wakeSeconds: 301 }, 400, "wakeSeconds"],
  ])("%s is refused, and nothing is written", async (_what, body, status, path) => {
    if ((await ask("GET", "/pods/bad")).status === 404) await create("bad");
    const answer = await patch("bad", body);
    expect(answer).toMatchObject({ status, body: { error: { issues: path === "" ? [] : [{ path }] } } });
    expect((await routes("bad"))[0]).toMatchObject({ generation: 1, policies: null });
  });

  it.each([["9"], ["-1"], ["x"], ["1e3"]])("route %s is not there", async (index) => {
    const { status } = await ask("PATCH", `/pods/web/routes/${index}`, { wake: true });
    expect(status).toBe(index === "9" ? 404 : 400);
  });
});

describe("P7 passwords of basic authentication", () => {
  it("are hashed, shown as ***, in no log or event, and kept where *** or nothing is sent", async () => {
    const password = "correct horse battery";
    await create("auth", withUsers([{ name: "ann", password }]));
    const [ann] = usersOf(await stored("auth"));
    expect(await isPasswordOf(ann?.passwordHash ?? "", password)).toBe(true);
    const answers = [
      await ask("GET", "/pods/auth"),
      await ask("GET", "/pods/auth/routes"),
      await ask("GET", "/pods/auth/revisions"),
      await patch("auth", { policies: { basicAuth: { users: [{ name: "ann" }, { name: "bob", password: "of bob" }] } } }),
      await ask("GET", "/pods/auth/routes"),
      await ask("GET", "/status"),
    ];
    for (const { status, text } of answers) {
      expect(status).toBeLessThan(300);
      expect(text).not.toMatch(/scrypt:/);
    }
    expect(answers[0]?.body.spec.routes[0].policies.basicAuth.users).toEqual([{ name: "ann", passwordHash: "***" }]);
    const [kept, bob] = usersOf(await stored("auth"));
    expect(kept).toEqual(ann);
    expect(await isPasswordOf(bob?.passwordHash ?? "", "of bob")).toBe(true);

    const whole = (await ask("GET", "/pods/auth")).body.spec;
    const sentBack = await ask("PATCH", "/pods/auth", { spec: { ...whole, units: webSpec({ A: "b" }).units } });
    expect(sentBack.status).toBe(202);
    expect(usersOf(await stored("auth"))).toEqual([kept, bob]);
    const moved = { ...whole, routes: [{ unit: "app", port: "http", path: "/first" }, whole.routes[0]] };
    expect((await ask("PATCH", "/pods/auth", { spec: moved })).status).toBe(202);
    expect((await stored("auth")).routes[1]?.policies?.basicAuth?.users).toEqual([kept, bob]);

    const events = await rig.deps.database.asSystem((s) => s.events.latest({}, 500));
    for (const text of [JSON.stringify(events), JSON.stringify(rig.logged)]) expect(text).not.toMatch(/scrypt:|correct horse|of bob/);
  });

  it.each([
    ["*** for a new pod", "POST", "/pods", { name: "anew", spec: withUsers([{ name: "ann", passwordHash: "***" }]) }],
    ["*** for a user that was not there", "PATCH", "/pods/auth", { spec: withUsers([{ name: "eve", passwordHash: "***" }]) }],
    ["another's name in other letters", "PATCH", "/pods/auth", { spec: withUsers([{ name: "ANN", passwordHash: "***" }]) }],
  ])("%s is refused", async (_what, method, path, body) => {
    const answer = await ask(method, path, body);
    expect(answer).toMatchObject({
      status: 400,
      body: {
        error: {
          issues: [{ path: "spec.routes[0].policies.basicAuth.users[0].password", expected: expect.stringContaining("none is stored") }],
        },
      },
    });
  });

  it("too many new ones at once are refused before any is hashed", async () => {
    const users = Array.from({ length: 51 }, (_, i) => ({ name: `u${i}`, password: "p" }));
    const answer = await ask("POST", "/pods", { name: "many", spec: withUsers(users) });
    expect(answer).toMatchObject({ status: 400, body: { error: { issues: [{ path: "spec.routes" }] } } });
  });

  it("a hash in a template is not shown either", async () => {
    const passwordHash = `scrypt:15:8:3:${"a".repeat(22)}:${"b".repeat(43)}`;
    const template = {
      apiVersion: "agentpod/v1",
      kind: "Template",
      name: "guarded",
      title: { en: "G", zh: "守" },
      description: { en: "G", zh: "守" },
      spec: withUsers([{ name: "ann", passwordHash }]),
    };
    const put = await request(rig, acme, "PUT", "/templates/guarded?tenant=acme", template);
    const list = await request(rig, acme, "GET", "/templates");
    for (const { status, text } of [put, list]) {
      expect(status).toBe(200);
      expect(text).not.toContain("scrypt:");
      expect(text).toContain('"passwordHash":"***"');
    }
    expect((await ask("POST", "/pods", { name: "guarded", template: "guarded" })).status).toBe(202);
    expect(usersOf(await stored("guarded"))).toEqual([{ name: "ann", passwordHash }]);
  });
});

describe("A21 sleep", () => {
  it("a running pod is put to sleep and started again; a stopped one stays stopped", async () => {
    await create("tired");
    expect(await ask("POST", "/pods/tired/sleep")).toMatchObject({ status: 202, body: { desired: "sleeping", generation: 2 } });
    expect(await ask("POST", "/pods/tired/sleep")).toMatchObject({ status: 202, body: { desired: "sleeping", generation: 2 } });
    const list = await request(rig, acme, "GET", "/pods?tenant=acme");
    expect(list.body.find((pod: { name: string }) => pod.name === "tired").desired).toBe("sleeping");
    expect(await ask("POST", "/pods/tired/start")).toMatchObject({ body: { desired: "running", generation: 3 } });
    await ask("POST", "/pods/tired/stop");
    expect(await ask("POST", "/pods/tired/sleep")).toMatchObject({ status: 202, body: { desired: "stopped" } });
  });

  it("one that no request could wake is refused", async () => {
    await create("deaf", { ...webSpec(), routes: [] });
    expect(await ask("POST", "/pods/deaf/sleep")).toMatchObject({
      status: 400,
      body: { error: { message: expect.stringContaining("no route") } },
    });
    await create("job", { ...webSpec(), lifecycle: "task" });
    expect(await ask("POST", "/pods/job/sleep")).toMatchObject({
      status: 400,
      body: { error: { message: expect.stringContaining("a task") } },
    });
  });
});
