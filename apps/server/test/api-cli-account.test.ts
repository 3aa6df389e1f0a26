import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
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
  folder = await mkdtemp(join(tmpdir(), "agentpod-cli-account-"));
});
afterAll(async () => {
  await rig?.close();
  await rm(folder, { recursive: true });
});

/** A new user who is logged in at a home of the same name. */
async function loggedIn(name: string): Promise<(args: string[], input?: string) => Promise<Ran>> {
  await newUser(rig, `${name}@example.com`);
  const run = (args: string[], input?: string) =>
    runAgentpod(args, { env: { AGENTPOD_HOME: join(folder, name) }, cwd: folder, ...(input !== undefined && { input }) });
  expect((await run(["login", rig.url, "--email", `${name}@example.com`], password)).code).toBe(0);
  return run;
}
const tokenAt = async (name: string): Promise<string> => JSON.parse(await readFile(join(folder, name, "keys/login.json"), "utf8")).token;

describe("P9 P4 one's own account by command", () => {
  it("is shown and renamed, for who has logged in and no token", async () => {
    const ann = await loggedIn("ann");
    expect(await ann(["account", "rename", "Ann Two"])).toMatchObject({ code: 0, stdout: "You are now called Ann Two.\n" });
    expect((await ann(["account", "show"])).stdout).toMatch(/^Ann Two <ann@example.com>\nSecond factor: none\nLast login: /);
    const env = { AGENTPOD_HOME: join(folder, "none"), AGENTPOD_URL: rig.url, AGENTPOD_TOKEN: rig.adminToken };
    expect(await runAgentpod(["account", "show"], { env, cwd: folder })).toMatchObject({
      code: 4,
      stderr: "ERROR forbidden: this is for somebody who has logged in; a token cannot do it\n",
    });
  });

  it("changes its password, which ends every other login and not this one", async () => {
    const bob = await loggedIn("bob");
    const { token: other } = (await logIn(rig, "bob@example.com")).body;
    await writeFile(join(folder, "old"), `${password}\n`);
    await writeFile(join(folder, "short"), "short\n");
    await writeFile(join(folder, "new"), "quite another password\n");
    const change = (current: string, wanted: string) => bob(["account", "password", "--current-file", current, "--new-file", wanted]);
    expect(await bob(["account", "password"])).toMatchObject({ code: 2, stderr: expect.stringContaining("--current-file") });
    expect(await change("old", "short")).toMatchObject({ code: 2, stderr: expect.stringContaining("at least 10 characters") });
    expect(await change("new", "new")).toMatchObject({ code: 4, stderr: "ERROR forbidden: this is not your password\n" });
    expect((await ask(rig, "GET", "/whoami", { headers: bearer(other) })).status).toBe(200);
    expect(await change("old", "new")).toMatchObject({ code: 0 });
    expect((await ask(rig, "GET", "/whoami", { headers: bearer(other) })).status).toBe(401);
    expect((await bob(["whoami"])).code).toBe(0);
    expect((await logIn(rig, "bob@example.com")).status).toBe(401);
    expect((await logIn(rig, "bob@example.com", "quite another password")).status).toBe(200);
  });

  it("lists its logins and ends one of them, or all but this one; nobody ends another's", async () => {
    const cy = await loggedIn("cy");
    const others = [(await logIn(rig, "cy@example.com")).body.token, (await logIn(rig, "cy@example.com")).body.token];
    const sessions = JSON.parse((await cy(["account", "sessions", "-o", "json"])).stdout) as { id: string; current: boolean }[];
    expect(sessions.map(({ current }) => current).toSorted()).toEqual([false, false, true]);
    const victim = sessions.find(({ current }) => !current)?.id ?? "";
    const dee = await loggedIn("dee");
    expect(await dee(["account", "end-session", victim])).toMatchObject({ code: 5, stderr: expect.stringContaining("no such login") });
    expect(await cy(["account", "end-session"])).toMatchObject({ code: 2 });
    expect(await cy(["account", "end-session", victim, "--others"])).toMatchObject({ code: 2 });
    expect(await cy(["account", "end-session", victim])).toMatchObject({ code: 0, stdout: "The login has ended.\n" });
    const alive = async () =>
      Promise.all(others.map(async (token) => (await ask(rig, "GET", "/whoami", { headers: bearer(token) })).status));
    expect((await alive()).toSorted()).toEqual([200, 401]);
    expect((await cy(["account", "end-session", "--others"])).stdout).toBe("1 other login(s) ended.\n");
    expect(await alive()).toEqual([401, 401]);
    expect((await cy(["account", "sessions"])).stdout).toContain("this one");
  });

  it("sets a second factor up and takes it away, and stays logged in by the login that takes the old one's place", async () => {
    const eve = await loggedIn("eve");
    const first = await tokenAt("eve");
    expect(await eve(["account", "two-factor", "begin"], "wrong password")).toMatchObject({ code: 4 });
    const begun = await eve(["account", "two-factor", "begin", "-o", "json"], password);
    const { uri, backupCodes } = JSON.parse(begun.stdout) as { uri: string; backupCodes: string[] };
    const totp = URI.parse(uri) as TOTP;
    expect(await eve(["account", "two-factor", "confirm"])).toMatchObject({ code: 2, stderr: expect.stringContaining("--code") });
    expect(await eve(["account", "two-factor", "confirm", "--code", totp.generate()])).toMatchObject({
      code: 0,
      stdout: "The second factor is in force.\n",
    });
    expect(await tokenAt("eve")).not.toBe(first);
    expect((await eve(["account", "show"])).stdout).toContain("Second factor: in force");
    expect((await logIn(rig, "eve@example.com")).body).toMatchObject({ token: null, challenge: expect.any(String) });
    expect(await eve(["login", rig.url, "--email", "eve@example.com", "--code", backupCodes[0] ?? ""], password)).toMatchObject({
      code: 0,
    });
    expect(await eve(["account", "two-factor", "off"], password)).toMatchObject({ code: 0, stdout: "The second factor is gone.\n" });
    expect((await eve(["account", "show"])).stdout).toContain("Second factor: none");
    expect((await logIn(rig, "eve@example.com")).body.token).not.toBeNull();
    expect(await eve(["account", "two-factor", "sideways"])).toMatchObject({ code: 2, stderr: expect.stringContaining("begin, confirm") });
  });

  it.each([["show"], ["rename"], ["password"], ["sessions"], ["end-session"], ["two-factor"]])("%s has a help", async (name) => {
    const help = await runAgentpod(["account", name, "--help"], { env: { AGENTPOD_HOME: join(folder, "none") }, cwd: folder });
    expect(help).toMatchObject({ code: 0, stdout: expect.stringContaining(`agentpod account ${name}`) });
  });
});
