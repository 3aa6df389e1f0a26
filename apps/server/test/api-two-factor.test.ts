import { type TOTP, URI } from "otpauth";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type ApiRig, apiRig } from "./api-rig.ts";
import { ask, bearer, browse, eventsOf, logIn, newUser, password } from "./login-rig.ts";

let rig: ApiRig;
beforeAll(async () => {
  rig = await apiRig(inject("serverUrl"));
});
afterAll(() => rig.close());

interface Armed {
  totp: TOTP;
  backupCodes: string[];
  headers: Record<string, string>;
}

/** Sets a second factor up as an authenticator would. */
async function arm(email: string): Promise<Armed> {
  const { body } = await logIn(rig, email);
  const setUp = await ask(rig, "POST", "/account/two-factor", { headers: bearer(body.token), body: { password } });
  const totp = URI.parse(setUp.body.uri) as TOTP;
  const confirmed = await ask(rig, "POST", "/account/two-factor/confirm", { headers: bearer(body.token), body: { code: totp.generate() } });
  expect(confirmed.status).toBe(200);
  return { totp, backupCodes: setUp.body.backupCodes, headers: bearer(confirmed.body.token) };
}

const confirm = (challenge: string, code: string, kind = "totp") =>
  ask(rig, "POST", "/login/two-factor", { body: { challenge, code, kind } });

/** A code that is not the present one, nor a neighbour of it. */
const wrongCode = (totp: TOTP) => {
  const near = [-1, 0, 1].map((step) => totp.generate({ timestamp: Date.now() + step * 30_000 }));
  return ["000000", "111111", "222222", "333333"].find((code) => !near.includes(code)) ?? "";
};

describe("P9 second factor", () => {
  it("is in force once its first code is right, and then the password alone opens nothing", async () => {
    await newUser(rig, "ann@example.com");
    const { body: before } = await logIn(rig, "ann@example.com");
    const setUp = await ask(rig, "POST", "/account/two-factor", { headers: bearer(before.token), body: { password } });
    expect(setUp.body.uri).toMatch(/^otpauth:\/\/totp\/AgentPod:ann%40example\.com\?secret=/);
    expect((await logIn(rig, "ann@example.com")).body.token).not.toBeNull();
    const totp = URI.parse(setUp.body.uri) as TOTP;
    const refused = await ask(rig, "POST", "/account/two-factor/confirm", {
      headers: bearer(before.token),
      body: { code: wrongCode(totp) },
    });
    expect(refused).toMatchObject({ status: 403, body: { error: { message: "the code is wrong; codes are good for 30 seconds" } } });
    const done = await ask(rig, "POST", "/account/two-factor/confirm", { headers: bearer(before.token), body: { code: totp.generate() } });
    expect(done.status).toBe(200);
    expect((await ask(rig, "GET", "/account", { headers: bearer(done.body.token) })).body.twoFactor).toBe(true);

    const first = await logIn(rig, "ann@example.com");
    expect(first.body).toMatchObject({ user: null, token: null, challenge: expect.any(String) });
    expect(first.headers.getSetCookie()).toEqual([]);
    expect((await confirm(first.body.challenge, wrongCode(totp))).status).toBe(401);
    const second = await confirm(first.body.challenge, totp.generate());
    expect(second.body.user.email).toBe("ann@example.com");
    expect((await ask(rig, "GET", "/whoami", { headers: bearer(second.body.token) })).status).toBe(200);
    expect((await confirm(first.body.challenge, totp.generate())).status).toBe(401);
    expect((await eventsOf(rig, "user.two_factor_enabled"))[0]).toMatchObject({
      message: "user ann@example.com put a second factor in force",
    });
  });

  it("takes each backup code once", async () => {
    await newUser(rig, "backup@example.com");
    const { backupCodes } = await arm("backup@example.com");
    const [code = ""] = backupCodes;
    const use = async () => confirm((await logIn(rig, "backup@example.com")).body.challenge, code, "backup");
    expect((await use()).status).toBe(200);
    expect((await use()).status).toBe(401);
  });

  it("is not guessed: a challenge dies, and then the account waits", async () => {
    await newUser(rig, "guessed@example.com");
    const { totp } = await arm("guessed@example.com");
    const statuses = [];
    for (let login = 0; login < 3; login += 1) {
      const { challenge } = (await logIn(rig, "guessed@example.com")).body;
      for (let attempt = 0; attempt < 5; attempt += 1) statuses.push((await confirm(challenge, wrongCode(totp))).status);
      expect((await confirm(challenge, totp.generate())).status).not.toBe(200);
    }
    expect(statuses).toContain(429);
    expect((await confirm((await logIn(rig, "guessed@example.com")).body.challenge, totp.generate())).status).toBe(429);
  });

  it("goes with the password, or by an admin for who has lost it; and that ends the logins", async () => {
    await newUser(rig, "lost@example.com");
    await newUser(rig, "root@example.com", "admin");
    const first = await arm("lost@example.com");
    expect((await ask(rig, "POST", "/account/two-factor/disable", { headers: first.headers, body: { password: "wrong" } })).status).toBe(
      403,
    );
    const off = await ask(rig, "POST", "/account/two-factor/disable", { headers: first.headers, body: { password } });
    expect(off.status).toBe(200);
    expect((await logIn(rig, "lost@example.com")).body.token).not.toBeNull();
    const again = await arm("lost@example.com");
    const removed = await ask(rig, "DELETE", "/users/lost@example.com/two-factor", { headers: await browse(rig, "root@example.com") });
    expect(removed.status).toBe(204);
    expect((await ask(rig, "GET", "/whoami", { headers: again.headers })).status).toBe(401);
    expect((await logIn(rig, "lost@example.com")).body.token).not.toBeNull();
  });

  it("is sealed in the database", async () => {
    await newUser(rig, "sealed@example.com");
    const { totp, backupCodes } = await arm("sealed@example.com");
    const { rows } = await rig.authDatabase.db.execute("select secret, backup_codes from agentpod_auth.two_factors");
    const text = JSON.stringify(rows);
    expect(text).not.toContain(totp.secret.base32);
    expect(text).not.toContain(totp.secret.utf8);
    expect(text).not.toContain(backupCodes[0]);
  });
});
