import { once } from "node:events";
import { request as httpRequest } from "node:http";
import type { AddressInfo } from "node:net";
import { roles } from "@agentpod/core/permission";
import { openAuthDatabase } from "@agentpod/db/open-auth-database";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { apiBase, buildApp } from "../src/app.ts";
import { logins } from "../src/auth/logins.ts";
import { serveApp } from "../src/serve-app.ts";
import { network } from "../src/users/limited.ts";
import { type ApiRig, apiRig } from "./api-rig.ts";
import { ask, bearer, browse, eventsOf, logIn, newUser, password } from "./login-rig.ts";

let rig: ApiRig;
beforeAll(async () => {
  rig = await apiRig(inject("serverUrl"));
  await rig.admin.tenants.create({ name: "acme" });
  await newUser(rig, "ann@example.com", { tenant: "acme", role: "operator" });
});
afterAll(() => rig.close());

/** Makes what the database says of time come earlier. */
const sessionsEnd = () => rig.authDatabase.db.execute("update agentpod_auth.sessions set expires_at = now() - interval '1 second'");

describe("P9 C1 login", () => {
  it("gives a program a token and a JWT, and tells who it is and what it may", async () => {
    const { status, body } = await logIn(rig, "Ann@Example.com");
    expect(status).toBe(200);
    expect(body).toMatchObject({ user: { email: "ann@example.com" }, challenge: null });
    const who = await ask(rig, "GET", "/whoami", { headers: bearer(body.token) });
    expect(who.body).toMatchObject({
      actor: `user:${body.user.id}`,
      user: { email: "ann@example.com", platformAdmin: false },
      tenants: ["acme"],
      grants: [{ tenant: "acme", role: "operator" }],
    });
    expect(who.body.permissions.toSorted()).toEqual(roles.operator.toSorted());
    const { body: jwt } = await ask(rig, "GET", "/account/jwt", { headers: bearer(body.token) });
    expect((await ask(rig, "GET", "/whoami", { headers: bearer(jwt.jwt) })).body.actor).toBe(`user:${body.user.id}`);
    expect(Date.parse(jwt.expiresAt) - Date.now()).toBeLessThanOrEqual(900_000);
    // What a JWT must not do is what the login itself is for.
    expect((await ask(rig, "GET", "/account", { headers: bearer(jwt.jwt) })).status).toBe(403);
    const keys = await (await fetch(`${rig.url}/api/auth/jwks`)).json();
    expect(JSON.stringify(keys)).not.toContain('"d":');
  });

  it("takes any address that a user was made with, as the first admin's", async () => {
    await newUser(rig, "admin@localhost", "admin");
    const { body } = await logIn(rig, "admin@localhost");
    expect((await ask(rig, "GET", "/whoami", { headers: bearer(body.token) })).body).toMatchObject({ tenants: "*", grants: null });
  });

  it("gives a browser a cookie that no script reads and no other site sends, and no token", async () => {
    const { body, headers } = await logIn(rig, "ann@example.com", password, { origin: rig.url });
    expect(body.token).toBeNull();
    const [cookie] = headers.getSetCookie();
    expect(cookie).toMatch(/^agentpod\.session_token=/);
    for (const attribute of ["HttpOnly", "SameSite=Lax", "Path=/"]) expect(cookie).toContain(attribute);
    expect(cookie).not.toMatch(/Secure|Domain=/);
    const browser = { cookie: cookie?.split(";")[0] ?? "", origin: rig.url };
    expect((await ask(rig, "GET", "/whoami", { headers: browser })).body.user.email).toBe("ann@example.com");
  });

  it("is written down with where it came from, and without the password", async () => {
    await logIn(rig, "ann@example.com");
    await logIn(rig, "ann@example.com", "a wrong password");
    const [done] = await eventsOf(rig, "user.logged_in");
    expect(done).toMatchObject({ source: "127.0.0.1", message: expect.stringContaining("ann@example.com") });
    const failed = await eventsOf(rig, "user.login_failed");
    expect(failed[0]).toMatchObject({ actor: "anonymous", source: "127.0.0.1", data: { email: "ann@example.com" } });
    expect(JSON.stringify([failed, rig.logged])).not.toContain("a wrong password");
  });

  it("is not begun by a page elsewhere", async () => {
    for (const origin of ["https://evil.example", `http://web-acme.localhost:${new URL(rig.url).port}`])
      expect((await logIn(rig, "ann@example.com", password, { origin })).status).toBe(403);
  });

  it("P21 is marked for HTTPS where a trusted proxy says so, and a stranger's word for it counts nothing", async () => {
    const claimed = await logIn(rig, "ann@example.com", password, { origin: rig.url, "x-forwarded-proto": "https" });
    expect(claimed.headers.getSetCookie()[0]).not.toContain("Secure");
    const cookies = await overSocket({ "x-forwarded-proto": "https", origin: "http://localhost:3000", host: "localhost:3000" });
    expect(cookies[0]).toMatch(/^__Host-agentpod\.session_token=.*; Path=\/; .*Secure/);
    expect(cookies[0]).not.toContain("Domain");
  });
});

describe("P9 guessing", () => {
  it("is answered the same whether there is such a user or not, and held after some attempts, for both", async () => {
    await newUser(rig, "guessed@example.com");
    const outcomes = [];
    for (const email of ["guessed@example.com", "nobody@example.com"]) {
      const answers = [];
      for (let attempt = 0; attempt < 10; attempt += 1) answers.push(await logIn(rig, email, `wrong ${attempt}`));
      outcomes.push(answers.map(({ status, body }) => [status, body.error.code, status === 401 ? body.error.message : ""]));
      const held = answers.at(-1);
      expect(held?.status).toBe(429);
      expect(Number(held?.headers.get("retry-after"))).toBeGreaterThan(60);
    }
    expect(outcomes[0]).toEqual(outcomes[1]);
    // The right one is not looked at either: whoever guesses must not learn that it was.
    expect((await logIn(rig, "guessed@example.com")).status).toBe(429);
    expect((await logIn(rig, "ann@example.com")).status).toBe(200);
  });

  it("makes no more attempts by making them at once, and counts for every control plane", async () => {
    await newUser(rig, "rushed@example.com");
    const answers = await Promise.all(Array.from({ length: 16 }, (_, at) => logIn(rig, "rushed@example.com", `wrong ${at}`)));
    expect(answers.filter((answer) => answer.status === 401)).toHaveLength(8);
    expect(answers.filter((answer) => answer.status === 429)).toHaveLength(8);
  });

  it("knows who has many addresses by their network", () => {
    expect(network("2001:db8:1:2:3:4:5:6")).toBe(network("2001:db8:1:2::9"));
    expect(network("2001:db8::1")).not.toBe(network("2001:db8:0:1::1"));
    expect(network("203.0.113.9")).toBe("203.0.113.9");
  });

  it.each([
    "made.up",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4Iiwic2lkIjoieCJ9.",
  ])("by a made up token %j is refused", async (token) => {
    expect((await ask(rig, "GET", "/whoami", { headers: bearer(token) })).status).toBe(401);
  });

  it("by a session's token without its signature is refused: what lies in the database opens nothing", async () => {
    const { body } = await logIn(rig, "ann@example.com");
    const [bare] = body.token.split(".");
    expect((await ask(rig, "GET", "/whoami", { headers: bearer(bare) })).status).toBe(401);
    expect((await ask(rig, "GET", "/whoami", { headers: { cookie: `agentpod.session_token=${bare}` } })).status).toBe(401);
  });
});

describe("P9 a login ends", () => {
  it("by logging out, with its JWTs", async () => {
    const headers = await browse(rig, "ann@example.com");
    const { body } = await ask(rig, "GET", "/account/jwt", { headers });
    const out = await ask(rig, "POST", "/logout", { headers });
    expect(out.status).toBe(204);
    expect(out.headers.getSetCookie()[0]).toContain("Max-Age=0");
    for (const gone of [headers, bearer(body.jwt)]) expect((await ask(rig, "GET", "/whoami", { headers: gone })).status).toBe(401);
  });

  it("by its time", async () => {
    const headers = await browse(rig, "ann@example.com");
    await sessionsEnd();
    expect((await ask(rig, "GET", "/whoami", { headers })).status).toBe(401);
  });

  it("at another place of the user's, who sees where that is, and nobody else's", async () => {
    const [here, there] = [await browse(rig, "ann@example.com"), await browse(rig, "ann@example.com")];
    await newUser(rig, "other@example.com");
    const other = await browse(rig, "other@example.com");
    const { body: sessions } = await ask(rig, "GET", "/account/sessions", { headers: there });
    const id = sessions.find((session: { current: boolean }) => session.current).id;
    expect(sessions[0]).toMatchObject({ ipAddress: "127.0.0.1", userAgent: "node" });
    expect((await ask(rig, "DELETE", `/account/sessions/${id}`, { headers: other })).status).toBe(404);
    expect((await ask(rig, "DELETE", `/account/sessions/${id}`, { headers: here })).status).toBe(204);
    expect((await ask(rig, "GET", "/whoami", { headers: there })).status).toBe(401);
    expect((await ask(rig, "GET", "/whoami", { headers: here })).status).toBe(200);
    expect(await eventsOf(rig, "session.revoked")).not.toEqual([]);
  });

  it("everywhere else when the password is changed, which takes the present one", async () => {
    await newUser(rig, "changing@example.com");
    const [here, there] = [await browse(rig, "changing@example.com"), await browse(rig, "changing@example.com")];
    const change = (current: string) =>
      ask(rig, "POST", "/account/password", { headers: here, body: { current, password: "another password" } });
    expect((await change("not it")).status).toBe(403);
    expect((await change(password)).status).toBe(204);
    expect((await ask(rig, "GET", "/whoami", { headers: there })).status).toBe(401);
    expect((await ask(rig, "GET", "/whoami", { headers: here })).status).toBe(200);
    expect((await logIn(rig, "changing@example.com")).status).toBe(401);
    expect((await logIn(rig, "changing@example.com", "another password")).status).toBe(200);
  });
});

describe("P5 P9 several control planes of one database", () => {
  it("take each other's logins and JWTs, and end them together", async () => {
    const database = openAuthDatabase(rig.ownerUrl, rig.masterKey);
    const { publicUrl } = rig.deps;
    const other = serveApp(
      buildApp({ ...rig.deps, logins: logins({ database: rig.deps.database, authDatabase: database, publicUrl, signOn: [] }) }),
    );
    other.listen(0, "127.0.0.1");
    await once(other, "listening");
    const there = { url: `http://localhost:${(other.address() as AddressInfo).port}` };
    try {
      const { body } = await logIn(rig, "ann@example.com");
      const { body: jwt } = await ask(rig, "GET", "/account/jwt", { headers: bearer(body.token) });
      for (const token of [body.token, jwt.jwt]) expect((await ask(there, "GET", "/whoami", { headers: bearer(token) })).status).toBe(200);
      expect((await ask(there, "POST", "/logout", { headers: bearer(body.token) })).status).toBe(204);
      for (const token of [body.token, jwt.jwt]) expect((await ask(rig, "GET", "/whoami", { headers: bearer(token) })).status).toBe(401);
      await newUser(rig, "spread@example.com");
      const statuses = [];
      for (let at = 0; at < 9; at += 1)
        statuses.push((await logIn(at % 2 === 0 ? rig : there, "spread@example.com", `wrong ${at}`)).status);
      expect(statuses.at(-1)).toBe(429);
    } finally {
      other.closeAllConnections();
      await new Promise((resolve) => other.close(resolve));
      await database.close();
    }
  });
});

describe("P9 registration", () => {
  const register = (email: string) => ask(rig, "POST", "/register", { body: { email, name: "New", password } });

  it("is closed until somebody opens it, and gives no rights", async () => {
    expect((await register("new@example.com")).status).toBe(403);
    expect(await rig.deps.database.asSystem((store) => store.users.findByEmail("new@example.com"))).toBeNull();
    const admin = bearer(rig.adminToken);
    await ask(rig, "PUT", "/settings/access", { headers: admin, body: { registration: "open" } });
    const { status, body } = await register("new@example.com");
    expect(status).toBe(200);
    const who = await ask(rig, "GET", "/whoami", { headers: bearer(body.token) });
    expect(who.body).toMatchObject({ tenants: [], permissions: [], grants: [] });
    expect((await ask(rig, "GET", "/pods", { headers: bearer(body.token) })).status).toBe(403);
    expect((await register("new@example.com")).status).toBe(409);
    await ask(rig, "PUT", "/settings/access", { headers: admin, body: { registration: "sign-on" } });
    expect((await register("third@example.com")).status).toBe(403);
  });

  it("is no way to fill the installation with users", async () => {
    await ask(rig, "PUT", "/settings/access", { headers: bearer(rig.adminToken), body: { registration: "open" } });
    const statuses = [];
    for (let at = 0; at < 11; at += 1) statuses.push((await register(`many-${at}@example.com`)).status);
    expect(statuses.at(-1)).toBe(429);
  });

  it("cannot make an admin of whoever says so", async () => {
    await ask(rig, "PUT", "/settings/access", { headers: bearer(rig.adminToken), body: { registration: "open" } });
    const body = { email: "sly@example.com", name: "Sly", password, platformAdmin: true };
    expect((await ask(rig, "POST", "/register", { body })).status).toBe(400);
  });
});

/** A login over a private socket, as the gateway makes it: the peer has no address. */
function overSocket(headers: Record<string, string>): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const asked = httpRequest({ socketPath: rig.socketPath, path: `${apiBase}/login`, method: "POST", headers }, (answer) => {
      answer.resume();
      answer.on("end", () => resolve(answer.headers["set-cookie"] ?? []));
    });
    asked.on("error", reject);
    asked.end(JSON.stringify({ email: "ann@example.com", password }));
  });
}
