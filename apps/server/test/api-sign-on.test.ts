import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { readAccess } from "../src/auth/read-access.ts";
import { type ApiRig, apiRig } from "./api-rig.ts";
import { ask, bearer, eventsOf, newUser } from "./login-rig.ts";
import { type OidcRig, oidcRig } from "./oidc-rig.ts";

const publicUrl = "http://localhost:3000";
let provider: OidcRig;
let rig: ApiRig;
beforeAll(async () => {
  provider = await oidcRig(`${publicUrl}/api/auth/callback/oidc`);
  const { issuer, clientId, clientSecret } = provider;
  rig = await apiRig(inject("serverUrl"), { signOn: [{ id: "oidc", name: "Corp", issuer, clientId, clientSecret }] });
});
afterAll(async () => {
  await rig?.close();
  await provider?.close();
});

const setRegistration = (registration: string) =>
  ask(rig, "PUT", "/settings/access", { headers: bearer(rig.adminToken), body: { registration } });

/** Follows redirects as a browser with a cookie jar; the public address leads to the rig. Ends at a page of AgentPod. */
async function signOn(next = "/pods"): Promise<{ at: URL; cookies: Map<string, string> }> {
  const jars = new Map<string, Map<string, string>>();
  const visit = async (url: string, init: RequestInit = {}) => {
    const { host } = new URL(url);
    const jar = jars.get(host) ?? new Map<string, string>();
    jars.set(host, jar);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await fetch(url.replace(publicUrl, rig.url), {
      ...init,
      redirect: "manual",
      headers: { ...init.headers, ...(cookie === "" ? {} : { cookie }) },
    });
    for (const set of response.headers.getSetCookie()) {
      const [pair = ""] = set.split(";");
      const [name = "", ...value] = pair.split("=");
      if (/max-age=0|expires=thu, 01 jan 1970/i.test(set)) jar.delete(name);
      else jar.set(name, value.join("="));
    }
    return response;
  };
  const begun = await visit(`${publicUrl}/api/v1/login/oidc`, {
    method: "POST",
    headers: { origin: publicUrl },
    body: JSON.stringify({ next }),
  });
  let url = ((await begun.json()) as { url: string }).url;
  for (let hop = 0; hop < 12; hop += 1) {
    if (url.startsWith(publicUrl) && !url.startsWith(`${publicUrl}/api/auth/callback`)) break;
    const response = await visit(url);
    const location = response.headers.get("location");
    if (location === null) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
    url = new URL(location, url).href;
  }
  return { at: new URL(url), cookies: jars.get(new URL(publicUrl).host) ?? new Map() };
}

const headersOf = (cookies: Map<string, string>) => ({ cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; ") });

describe("P9 OIDC sign-on", () => {
  beforeEach(() => {
    Object.assign(provider.person, { sub: "p-1", email: "pat@corp.example", email_verified: true, name: "Pat" });
  });

  it("is offered by name", async () => {
    expect((await ask(rig, "GET", "/login")).body).toEqual({ registration: false, signOn: [{ id: "oidc", name: "Corp" }], guests: false });
    expect((await ask(rig, "POST", "/login/other", { body: {} })).status).toBe(404);
    expect((await ask(rig, "POST", "/login/oidc", { body: { next: "//evil.example" } })).status).toBe(400);
    expect((await ask(rig, "POST", "/login/oidc", { body: { next: "https://evil.example" } })).status).toBe(400);
  });

  it("makes no user while registration is closed, and one without rights where it is open to sign-on", async () => {
    const refused = await signOn();
    expect(refused.at.pathname).toBe("/login");
    expect(refused.at.searchParams.get("error")).not.toBeNull();
    expect(refused.cookies.has("agentpod.session_token")).toBe(false);
    await setRegistration("sign-on");
    const { at, cookies } = await signOn();
    expect(at.pathname).toBe("/pods");
    const who = await ask(rig, "GET", "/whoami", { headers: headersOf(cookies) });
    expect(who.body).toMatchObject({ user: { email: "pat@corp.example", name: "Pat", platformAdmin: false }, grants: [] });
    expect((await eventsOf(rig, "user.logged_in"))[0]).toMatchObject({ message: "pat@corp.example logged in (oidc vouches)" });
    await setRegistration("closed");
    expect((await signOn()).at.pathname).toBe("/pods");
  });

  it("leads to the user whom an admin has made for that address, and not where the provider does not vouch for it", async () => {
    const id = await newUser(rig, "made@corp.example");
    Object.assign(provider.person, { sub: "p-2", email: "made@corp.example", email_verified: false });
    expect((await signOn()).cookies.has("agentpod.session_token")).toBe(false);
    Object.assign(provider.person, { email_verified: true });
    const { cookies } = await signOn();
    expect((await ask(rig, "GET", "/whoami", { headers: headersOf(cookies) })).body.user.id).toBe(id);
  });

  it("does not take over somebody who has registered with another's address", async () => {
    await setRegistration("open");
    const body = { email: "squatted@corp.example", name: "Squatter", password: "squatter's password" };
    expect((await ask(rig, "POST", "/register", { body })).status).toBe(200);
    Object.assign(provider.person, { sub: "p-3", email: "squatted@corp.example" });
    expect((await signOn()).cookies.has("agentpod.session_token")).toBe(false);
  });

  it("is not for a disabled user", async () => {
    const id = await newUser(rig, "out@corp.example");
    await ask(rig, "POST", `/users/${id}/disable`, { headers: bearer(rig.adminToken) });
    Object.assign(provider.person, { sub: "p-4", email: "out@corp.example" });
    expect((await signOn()).cookies.has("agentpod.session_token")).toBe(false);
  });

  it("needs the answer to a question that was asked from here", async () => {
    const response = await fetch(`${rig.url}/api/auth/callback/oidc?code=stolen&state=made-up`, { redirect: "manual" });
    expect(response.headers.getSetCookie().join()).not.toContain("session_token");
    expect(response.status).toBe(302);
  });

  it("is set up by the environment, whole or not at all", () => {
    expect(readAccess({})).toEqual({ signOn: [], adminEmail: "admin@localhost" });
    expect(
      readAccess({
        AGENTPOD_OIDC_ISSUER: "https://login.example.com/",
        AGENTPOD_OIDC_CLIENT_ID: "a",
        AGENTPOD_ADMIN_EMAIL: "Me@Example.com",
      }),
    ).toEqual({
      signOn: [{ id: "oidc", name: "login.example.com", issuer: "https://login.example.com", clientId: "a", clientSecret: null }],
      adminEmail: "me@example.com",
    });
    for (const env of [
      { AGENTPOD_OIDC_ISSUER: "https://a" },
      { AGENTPOD_OIDC_ISSUER: "a", AGENTPOD_OIDC_CLIENT_ID: "a" },
      { AGENTPOD_ADMIN_EMAIL: "me" },
    ])
      expect(() => readAccess(env)).toThrow(/expected/);
  });
});
