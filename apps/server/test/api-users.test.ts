import { once } from "node:events";
import { roles } from "@agentpod/core/permission";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import WebSocket from "ws";
import { apiBase } from "../src/app.ts";
import { type ApiRig, apiRig, webSpec } from "./api-rig.ts";
import { ask, bearer, browse, eventsOf, logIn, newUser, password } from "./login-rig.ts";

let rig: ApiRig;
let admin: Record<string, string>;
beforeAll(async () => {
  rig = await apiRig(inject("serverUrl"));
  for (const name of ["acme", "bolts"]) await rig.admin.tenants.create({ name });
  await newUser(rig, "root@example.com", "admin");
  admin = await browse(rig, "root@example.com");
  await rig.admin.pods.create("acme", { name: "web", spec: webSpec() });
  await rig.admin.pods.create("bolts", { name: "web", spec: webSpec() });
});
afterAll(() => rig.close());

const acme = (role: "viewer" | "operator" | "admin" | "owner") => ({ tenant: "acme", role });
const deadline = 10_000;

/** Opens the event stream as somebody, and gives what tells of its end. */
async function openStream(headers: Record<string, string>): Promise<{ ended: Promise<void> }> {
  const response = await fetch(`${rig.url}${apiBase}/events`, { headers: { ...headers, accept: "text/event-stream" } });
  expect(response.status).toBe(200);
  const reader = response.body?.getReader();
  await reader?.read();
  const toItsEnd = async () => {
    while (!(await reader?.read())?.done);
  };
  return { ended: toItsEnd() };
}

describe("P9 users", () => {
  it("are made by an admin with a link to choose a password, which works once and ends every login", async () => {
    const { status, body } = await ask(rig, "POST", "/users", { headers: admin, body: { email: "New@example.com" } });
    expect(status).toBe(201);
    expect(body.user).toMatchObject({ email: "new@example.com", name: "new", platformAdmin: false });
    expect(body.passwordLink.link).toBe(`http://localhost:3000/password-reset#${body.passwordLink.secret}`);
    const choose = (given: string) => ask(rig, "POST", "/password-reset", { body: { secret: body.passwordLink.secret, password: given } });
    expect((await choose("short")).status).toBe(400);
    expect((await choose(password)).status).toBe(204);
    expect((await choose("another password")).status).toBe(403);
    const login = await logIn(rig, "new@example.com");
    expect(login.status).toBe(200);
    const again = await ask(rig, "POST", "/users/new@example.com/password-reset", { headers: admin });
    expect((await ask(rig, "POST", "/password-reset", { body: { secret: again.body.secret, password: "another password" } })).status).toBe(
      204,
    );
    expect((await ask(rig, "GET", "/whoami", { headers: bearer(login.body.token) })).status).toBe(401);
    expect(JSON.stringify(await rig.deps.database.asSystem((store) => store.events.latest({}, 200)))).not.toContain(again.body.secret);
  });

  it("that are disabled are out at once: logins, JWTs, tokens, streams and terminals", async () => {
    const id = await newUser(rig, "fired@example.com", acme("operator"));
    const browser = await browse(rig, "fired@example.com");
    const { body: made } = await ask(rig, "POST", "/tokens", { headers: browser, body: { name: "mine", role: "operator" } });
    const { body: jwt } = await ask(rig, "GET", "/account/jwt", { headers: browser });
    const all = [browser, bearer(made.secret), bearer(jwt.jwt)];
    for (const headers of all) expect((await ask(rig, "GET", "/whoami", { headers })).status).toBe(200);
    const streams = await Promise.all(all.map(openStream));
    const socket = new WebSocket(`${rig.url.replace("http", "ws")}${apiBase}/tenants/acme/pods/web/exec`, { headers: browser });
    socket.on("error", () => undefined);
    await once(socket, "open");
    const closed = once(socket, "close", { signal: AbortSignal.timeout(deadline) });
    await ask(rig, "POST", `/users/${id}/disable`, { headers: admin });
    for (const headers of all) expect((await ask(rig, "GET", "/whoami", { headers })).status).toBe(401);
    await Promise.all(streams.map((stream) => stream.ended));
    expect((await closed)[0]).toBe(4401);
    expect((await logIn(rig, "fired@example.com")).status).toBe(403);
    expect((await logIn(rig, "fired@example.com", "wrong password")).body.error.code).toBe("unauthenticated");
    await ask(rig, "POST", `/users/${id}/enable`, { headers: admin });
    expect((await ask(rig, "GET", "/whoami", { headers: bearer(made.secret) })).status).toBe(200);
  });

  it("of whom the last admin stays", async () => {
    for (const [method, path, body] of [
      ["DELETE", "", undefined],
      ["POST", "/disable", undefined],
      ["PUT", "/platform-admin", { platformAdmin: false }],
    ] as const) {
      const answer = await ask(rig, method, `/users/root@example.com${path}`, { headers: admin, ...(body && { body }) });
      expect([path, answer.status]).toEqual([path, 409]);
    }
    await newUser(rig, "second@example.com", "admin");
    expect((await ask(rig, "DELETE", "/users/second@example.com", { headers: admin })).status).toBe(204);
    expect((await eventsOf(rig, "user.deleted"))[0]).toMatchObject({ message: "user second@example.com deleted" });
  });
});

describe("P9 roles, by tenant", () => {
  it("let a user do in one tenant what they may there, and nothing of it in another", async () => {
    const id = await newUser(rig, "both@example.com", acme("viewer"));
    await ask(rig, "PUT", `/tenants/bolts/members/${id}`, { headers: admin, body: { role: "operator" } });
    const headers = await browse(rig, "both@example.com");
    const { body: pods } = await ask(rig, "GET", "/pods", { headers });
    expect(pods.map((pod: { tenant: string }) => pod.tenant)).toEqual(["acme", "bolts"]);
    const refused = await ask(rig, "POST", "/tenants/acme/pods/web/restart", { headers });
    expect(refused.status).toBe(403);
    expect(refused.body.error.message).toContain("pod.write");
    expect((await ask(rig, "POST", "/tenants/bolts/pods/web/restart", { headers })).status).toBe(202);
    // What is refused elsewhere is in neither tenant's log, for it names the other.
    expect((await ask(rig, "POST", "/tenants/elsewhere/pods/web/restart", { headers })).status).toBe(404);
    const [whole, ofAcme] = await Promise.all([
      rig.deps.database.asTenants("*", (store) => store.events.latest({}, 500)),
      rig.deps.database.asTenants([(await rig.admin.tenants.list())[0]?.id ?? ""], (store) => store.events.latest({}, 500)),
    ]);
    expect(whole.some((event) => event.tenant === "elsewhere")).toBe(true);
    expect(ofAcme.some((event) => event.tenant === "elsewhere")).toBe(false);
    const { body: who } = await ask(rig, "GET", "/whoami", { headers });
    expect(who.grants.map((grant: { tenant: string; role: string }) => [grant.tenant, grant.role])).toEqual([
      ["acme", "viewer"],
      ["bolts", "operator"],
    ]);
  });

  it("are given and taken by admins up to their own height, and owners by owners alone", async () => {
    const [owner, manager, member] = [
      await newUser(rig, "owner@acme.example", acme("owner")),
      await newUser(rig, "manager@acme.example", acme("admin")),
      await newUser(rig, "member@acme.example", acme("viewer")),
    ];
    const asKeeper = await browse(rig, "manager@acme.example");
    const asOwner = await browse(rig, "owner@acme.example");
    const set = (headers: Record<string, string>, user: string, role: string) =>
      ask(rig, "PUT", `/tenants/acme/members/${user}`, { headers, body: { role } });
    expect((await set(asKeeper, member, "operator")).status).toBe(204);
    expect((await set(asKeeper, member, "owner")).status).toBe(403);
    expect((await set(asKeeper, owner, "viewer")).status).toBe(403);
    expect((await ask(rig, "DELETE", `/tenants/acme/members/${owner}`, { headers: asKeeper })).status).toBe(403);
    expect((await set(asOwner, owner, "admin")).status).toBe(409);
    expect((await set(asOwner, manager, "owner")).status).toBe(204);
    expect((await set(asOwner, owner, "admin")).status).toBe(204);
    const { body: members } = await ask(rig, "GET", "/tenants/acme/members", { headers: await browse(rig, "member@acme.example") });
    expect(members[0]).toMatchObject({ userId: manager, role: "owner", email: "manager@acme.example" });
    const changed = await eventsOf(rig, "role.changed");
    expect(changed[0]).toMatchObject({ actor: `user:${owner}`, data: { user: owner, role: "admin", before: "owner" } });
  });

  it("end a stream when they change, so that it never shows more than it should", async () => {
    const id = await newUser(rig, "leaving@acme.example", acme("viewer"));
    const { ended } = await openStream(await browse(rig, "leaving@acme.example"));
    await ask(rig, "DELETE", `/tenants/acme/members/${id}`, { headers: admin });
    await ended;
  });

  it("add nobody by an id that was found out: others are invited", async () => {
    const stranger = await newUser(rig, "stranger@example.com");
    const headers = await browse(rig, "manager@acme.example");
    expect((await ask(rig, "PUT", `/tenants/acme/members/${stranger}`, { headers, body: { role: "viewer" } })).status).toBe(404);
  });
});

describe("P9 invitations", () => {
  const invite = (headers: Record<string, string>, body: object) => ask(rig, "POST", "/tenants/acme/invitations", { headers, body });

  it("make a member of whoever has the link, once", async () => {
    const headers = await browse(rig, "manager@acme.example");
    const { status, body } = await invite(headers, { role: "operator" });
    expect(status).toBe(201);
    const { secret } = body.link;
    const look = await ask(rig, "POST", "/invitations/look", { body: { secret } });
    expect(look.body).toMatchObject({ tenant: "acme", role: "operator", email: null });
    const joined = await ask(rig, "POST", "/invitations/register", { body: { secret, email: "joined@example.com", password } });
    expect(joined.status).toBe(200);
    const who = await ask(rig, "GET", "/whoami", { headers: bearer(joined.body.token) });
    expect(who.body.grants).toMatchObject([{ tenant: "acme", role: "operator" }]);
    expect((await ask(rig, "POST", "/invitations/register", { body: { secret, email: "late@example.com", password } })).status).toBe(403);
    expect((await ask(rig, "POST", "/invitations/look", { body: { secret } })).status).toBe(403);
  });

  it("for one address are for nobody else, and users who are there accept them logged in", async () => {
    const headers = await browse(rig, "manager@acme.example");
    const { secret } = (await invite(headers, { role: "viewer", email: "stranger@example.com" })).body.link;
    await newUser(rig, "thief@example.com");
    const accept = async (email: string) =>
      ask(rig, "POST", "/invitations/accept", { headers: await browse(rig, email), body: { secret } });
    expect((await accept("thief@example.com")).status).toBe(403);
    expect((await ask(rig, "POST", "/invitations/register", { body: { secret, password } })).status).toBe(409);
    expect((await accept("stranger@example.com")).status).toBe(204);
  });

  it("do not go over their maker's height, end with their time, and can be taken back", async () => {
    const manager = await browse(rig, "member@acme.example");
    expect((await invite(manager, { role: "viewer" })).status).toBe(403);
    await newUser(rig, "plain@acme.example", acme("admin"));
    const headers = await browse(rig, "plain@acme.example");
    expect((await invite(headers, { role: "owner" })).status).toBe(403);
    const taken = (await invite(headers, { role: "viewer" })).body;
    await ask(rig, "DELETE", `/tenants/acme/invitations/${taken.invitation.id}`, { headers });
    const over = (await invite(headers, { role: "viewer" })).body;
    await rig.asSystem("update agentpod.invitations set expires_at = now() where used_at is null");
    for (const { link } of [taken, over])
      expect((await ask(rig, "POST", "/invitations/look", { body: { secret: link.secret } })).status).toBe(403);
  });
});

describe("P9 a user's own tokens", () => {
  it("are made by every user, may what the user may and no more, and shrink with the user's role", async () => {
    const id = await newUser(rig, "tokens@acme.example", acme("operator"));
    const headers = await browse(rig, "tokens@acme.example");
    const make = (body: object) => ask(rig, "POST", "/tokens", { headers, body });
    expect((await make({ name: "wide", role: "admin" })).status).toBe(403);
    expect((await make({ name: "elsewhere", tenant: "bolts", role: "viewer" })).status).toBe(404);
    expect((await make({ name: "platform", permissions: ["user.manage"] })).status).toBe(403);
    const { body: token } = await make({ name: "mine", tenant: "acme", role: "operator" });
    expect(token).toMatchObject({ ownerId: id });
    const restart = () => ask(rig, "POST", "/tenants/acme/pods/web/restart", { headers: bearer(token.secret) });
    expect((await restart()).status).toBe(202);
    // A token makes no tokens unless it may, and is no login.
    expect((await ask(rig, "POST", "/tokens", { headers: bearer(token.secret), body: { name: "child", role: "viewer" } })).status).toBe(
      403,
    );
    expect((await ask(rig, "GET", "/account", { headers: bearer(token.secret) })).status).toBe(403);
    await ask(rig, "PUT", `/tenants/acme/members/${id}`, { headers: admin, body: { role: "viewer" } });
    expect((await restart()).status).toBe(403);
    expect((await ask(rig, "GET", "/pods", { headers: bearer(token.secret) })).status).toBe(200);
    await ask(rig, "DELETE", `/tenants/acme/members/${id}`, { headers: admin });
    expect((await ask(rig, "GET", "/pods", { headers: bearer(token.secret) })).status).toBe(401);
  });

  it("are seen and revoked by their user and by who manages the tenant's, and by nobody else", async () => {
    await newUser(rig, "one@acme.example", acme("viewer"));
    await newUser(rig, "two@acme.example", acme("viewer"));
    const [one, two, manager] = [
      await browse(rig, "one@acme.example"),
      await browse(rig, "two@acme.example"),
      await browse(rig, "manager@acme.example"),
    ];
    const { body: token } = await ask(rig, "POST", "/tokens", { headers: one, body: { name: "ones", tenant: "acme", role: "viewer" } });
    const names = async (headers: Record<string, string>) =>
      (await ask(rig, "GET", "/tokens", { headers })).body.map((entry: { name: string }) => entry.name);
    expect(await names(one)).toEqual(["ones"]);
    expect(await names(two)).toEqual([]);
    expect(await names(manager)).toContain("ones");
    expect((await ask(rig, "DELETE", `/tokens/${token.id}`, { headers: two })).status).toBe(404);
    expect((await ask(rig, "DELETE", `/tokens/${token.id}`, { headers: manager })).status).toBe(204);
    expect((await ask(rig, "GET", "/whoami", { headers: bearer(token.secret) })).status).toBe(401);
  });

  it("leave those of the installation as they were", async () => {
    expect(await rig.admin.whoami()).toMatchObject({ user: null, tenants: "*", grants: null, permissions: roles.platform });
  });
});
