import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TOTP, URI } from "otpauth";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type ApiRig, apiRig } from "./api-rig.ts";
import { ask, bearer, logIn, newUser, password } from "./login-rig.ts";
import { type Ran, runAgentpod } from "./run-agentpod.ts";

let rig: ApiRig;
let folder: string;
beforeAll(async () => {
  rig = await apiRig(inject("serverUrl"));
  folder = await mkdtemp(join(tmpdir(), "agentpod-cli-users-"));
  for (const name of ["acme", "bolts"]) await rig.admin.tenants.create({ name });
});
afterAll(async () => {
  await rig?.close();
  await rm(folder, { recursive: true });
});

/** As whoever has logged in at this home. */
const at = (home: string) => (args: string[], input?: string) =>
  runAgentpod(args, { env: { AGENTPOD_HOME: join(folder, home) }, cwd: folder, ...(input !== undefined && { input }) });
const asAdmin = (...args: string[]) =>
  runAgentpod(args, { env: { AGENTPOD_HOME: join(folder, "none"), AGENTPOD_URL: rig.url, AGENTPOD_TOKEN: rig.adminToken }, cwd: folder });

async function parsed<T>(ran: Promise<Ran>): Promise<T> {
  const { code, stdout, stderr } = await ran;
  expect([code, stderr]).toEqual([0, ""]);
  return JSON.parse(stdout) as T;
}

describe("P9 P4 login by command", () => {
  it("takes email address and password, stores the login for its owner alone, and logging out ends it", async () => {
    await newUser(rig, "ann@example.com", { tenant: "acme", role: "operator" });
    const ann = at("ann");
    expect(await ann(["login", rig.url, "--email", "ann@example.com"], "wrong password\n")).toMatchObject({
      code: 3,
      stderr: "ERROR unauthenticated: the email address or the password is wrong\n",
    });
    const login = await ann(["login", rig.url, "--email", "ann@example.com"], `${password}\n`);
    expect(login).toMatchObject({ code: 0, stdout: `Logged in to ${rig.url} as ann@example.com.\n` });
    const file = join(folder, "ann/keys/login.json");
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const { token } = JSON.parse(await readFile(file, "utf8"));
    expect((await ann(["whoami"])).stdout).toContain("In acme as operator: ");
    expect(await parsed<{ user: { email: string } }>(ann(["whoami", "-o", "json"]))).toMatchObject({ user: { email: "ann@example.com" } });
    expect((await ann(["logout"])).stdout).toBe("Logged out. The login has ended.\n");
    expect((await ask(rig, "GET", "/whoami", { headers: bearer(token) })).status).toBe(401);
    expect((await ann(["logout"])).stdout).toBe("Nobody was logged in.\n");
    expect((await ann(["whoami"])).code).toBe(3);
  });

  it("asks for the second factor's code", async () => {
    await newUser(rig, "two@example.com");
    const headers = bearer((await logIn(rig, "two@example.com")).body.token);
    const setUp = await ask(rig, "POST", "/account/two-factor", { headers, body: { password } });
    const totp = URI.parse(setUp.body.uri) as TOTP;
    await ask(rig, "POST", "/account/two-factor/confirm", { headers, body: { code: totp.generate() } });
    await writeFile(join(folder, "password"), `${password}\n`);
    const two = (...more: string[]) => at("two")(["login", rig.url, "--email", "two@example.com", "--password-file", "password", ...more]);
    expect(await two()).toMatchObject({ code: 2, stderr: expect.stringContaining("--code") });
    expect(await two("--code", totp.generate())).toMatchObject({ code: 0 });
    expect(await two("--code", setUp.body.backupCodes[0])).toMatchObject({ code: 0 });
    expect(await two("--code", setUp.body.backupCodes[0])).toMatchObject({ code: 3 });
  });
});

describe("P9 P4 users by command", () => {
  it("are created, invited, given roles, kept out, let in and deleted", async () => {
    const made = await parsed<{ user: { id: string }; passwordLink: { link: string; secret: string } }>(
      asAdmin("user", "create", "bob@example.com", "--name", "Bob", "-o", "json"),
    );
    expect(made.passwordLink.link).toContain("/password-reset#");
    await ask(rig, "POST", "/password-reset", { body: { secret: made.passwordLink.secret, password } });
    expect((await asAdmin("user", "role", "bob@example.com", "admin", "--tenant", "acme")).code).toBe(0);
    expect((await asAdmin("member", "list", "acme")).stdout).toMatch(/bob@example\.com\s+Bob\s+admin/);
    const bob = at("bob");
    expect((await bob(["login", rig.url, "--email", "bob@example.com"], password)).code).toBe(0);

    const invited = await parsed<{ link: { secret: string } }>(bob(["user", "invite", "acme", "--role", "viewer", "-o", "json"]));
    const register = { secret: invited.link.secret, email: "cy@example.com", password };
    expect((await ask(rig, "POST", "/invitations/register", { body: register })).status).toBe(200);
    expect((await bob(["user", "role", "cy@example.com", "operator", "--tenant", "acme"])).code).toBe(0);
    expect(await bob(["user", "role", "cy@example.com", "owner", "--tenant", "acme"])).toMatchObject({ code: 4 });
    expect(await bob(["user", "list"])).toMatchObject({ code: 4, stderr: expect.stringContaining("user.manage") });
    expect(await bob(["member", "list", "bolts"])).toMatchObject({ code: 5 });

    const open = await parsed<{ invitation: { id: string } }>(bob(["user", "invite", "acme", "--role", "viewer", "-o", "json"]));
    expect((await bob(["user", "invitations", "acme"])).stdout).toContain(open.invitation.id);
    expect((await bob(["user", "uninvite", "acme", open.invitation.id])).code).toBe(0);
    expect(await parsed(bob(["user", "invitations", "acme", "-o", "json"]))).toEqual([]);

    const token = await parsed<{ secret: string }>(bob(["token", "create", "mine", "--role", "viewer", "-o", "json"]));
    expect((await ask(rig, "GET", "/pods", { headers: bearer(token.secret) })).status).toBe(200);
    expect(await bob(["token", "create", "more", "--role", "platform"])).toMatchObject({ code: 4 });

    expect((await asAdmin("user", "disable", "bob@example.com", "--yes")).code).toBe(0);
    expect(await bob(["whoami"])).toMatchObject({ code: 3 });
    expect((await ask(rig, "GET", "/pods", { headers: bearer(token.secret) })).status).toBe(401);
    expect((await asAdmin("user", "enable", "bob@example.com")).code).toBe(0);
    expect((await ask(rig, "GET", "/pods", { headers: bearer(token.secret) })).status).toBe(200);

    const link = await parsed<{ secret: string }>(asAdmin("user", "reset-password", "bob@example.com", "-o", "json"));
    expect((await ask(rig, "POST", "/password-reset", { body: { secret: link.secret, password: "another password" } })).status).toBe(204);
    expect((await asAdmin("user", "role", "bob@example.com", "none", "--tenant", "acme")).code).toBe(0);
    expect(await parsed<{ email: string }[]>(asAdmin("user", "list", "-o", "json"))).toEqual(
      expect.arrayContaining([expect.objectContaining({ email: "bob@example.com", platformAdmin: false })]),
    );
    expect((await asAdmin("user", "delete", "bob@example.com", "--yes")).code).toBe(0);
    expect(await asAdmin("user", "delete", "bob@example.com", "--yes")).toMatchObject({ code: 5 });
  });

  it("have their access policy", async () => {
    expect((await asAdmin("access", "show")).stdout).toBe(
      "Registration  closed: users are created or invited\nGuests        may do nothing\n",
    );
    expect(await parsed(asAdmin("access", "set", "--registration", "sign-on", "-o", "json"))).toEqual({
      registration: "sign-on",
      guests: null,
    });
    expect(await asAdmin("access", "set", "--guest-tenant", "acme")).toMatchObject({ code: 2 });
  });
});
