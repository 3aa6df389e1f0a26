import { routePolicies } from "@agentpod/core/route-policies";
import { passwordHashOf } from "@agentpod/host/password-hash";
import { beforeAll, describe, expect, it } from "vitest";
import { BasicAuth } from "../src/policies/basic-auth.ts";
import { basicCredentials } from "../src/policies/basic-credentials.ts";
import { PasswordChecks } from "../src/policies/password-checks.ts";

const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;

describe("P7 basic authentication: what an Authorization header says", () => {
  it.each<[string, string, { name: string; password: string } | null]>([
    ["a name and a password", basic("ada:secret"), { name: "ada", password: "secret" }],
    ["colons in the password", basic("ada:a:b:"), { name: "ada", password: "a:b:" }],
    ["any script", basic("李:пароль€"), { name: "李", password: "пароль€" }],
    ["the scheme in any case", basic("ada:x").replace("Basic", "bAsIc"), { name: "ada", password: "x" }],
    ["no password", basic("ada:"), { name: "ada", password: "" }],
    ["no colon", basic("ada"), null],
    ["nothing", "", null],
    ["the scheme alone", "Basic", null],
    ["another scheme", "Bearer YWRhOnNlY3JldA==", null],
    ["no base64", "Basic ???", null],
    ["two tokens", `${basic("ada:secret")} ${basic("ada:secret")}`, null],
    ["Latin-1 instead of UTF-8", `Basic ${Buffer.from("ad\xe4:secret", "latin1").toString("base64")}`, null],
    ["control characters", basic("ada\0:secret"), null],
    ["a line end", basic("ada:x\r\ny"), null],
    ["a megabyte", basic(`ada:${"x".repeat(1_000_000)}`), null],
  ])("%s", (_, header, expected) => expect(basicCredentials(header)).toEqual(expected));
});

/** Counts what would be worked on; its answers come one by one when told to. */
class SlowChecks extends PasswordChecks {
  asked: string[] = [];
  readonly #pending: (() => void)[] = [];

  override async isRight(hash: string, password: string): Promise<boolean> {
    this.asked.push(hash);
    await new Promise<void>((resolve) => this.#pending.push(resolve));
    return super.isRight(hash, password);
  }

  finish(): void {
    for (const resolve of this.#pending.splice(0)) resolve();
  }
}

describe("P7 basic authentication: who comes in", () => {
  let hash = "";
  beforeAll(async () => {
    hash = await passwordHashOf("secret");
  });
  const authOf = (checks: PasswordChecks, passwordHash = hash) =>
    new BasicAuth(routePolicies.parse({ basicAuth: { users: [{ name: "ada", passwordHash }] } }).basicAuth as never, checks);

  it("the right ones, and once known without another look; nobody else", async () => {
    const checks = new SlowChecks();
    const auth = authOf(checks);
    const login = (text: string, now = 0) => {
      const result = auth.login([basic(text)], "192.0.2.1", now);
      checks.finish();
      return result;
    };
    expect(await login("ada:secret")).toBe("right");
    expect(login("ada:secret", 299_999)).toBe("right");
    expect(checks.asked).toHaveLength(1);
    expect(await login("ada:secret", 300_001)).toBe("right");
    expect(checks.asked).toHaveLength(2);
    for (const wrong of ["ada:Secret", "ada:", "Ada:secret", "eve:secret", ":secret"]) expect(await login(wrong, 300_002)).toBe("wrong");
    for (const none of [[], ["Bearer x"], [basic("ada:secret"), basic("ada:secret")]])
      expect(auth.login(none, "192.0.2.1", 0)).toBe("wrong");
  });

  it("an unknown user costs a check of the same kind, which nobody can pass", async () => {
    const checks = new SlowChecks();
    const result = authOf(checks).login([basic("eve:secret")], "192.0.2.1", 0);
    checks.finish();
    expect(await result).toBe("wrong");
    expect(checks.asked[0]?.split(":").slice(0, 4)).toEqual(hash.split(":").slice(0, 4));
    expect(checks.asked[0]).not.toBe(hash);
  });

  it("the same credentials at once are one check", async () => {
    const checks = new SlowChecks();
    const auth = authOf(checks);
    const all = Array.from({ length: 50 }, () => auth.login([basic("ada:secret")], "192.0.2.1", 0));
    checks.finish();
    expect(new Set(await Promise.all(all))).toEqual(new Set(["right"]));
    expect(checks.asked).toHaveLength(1);
  });

  it("ten wrong tries a minute from an address, sent one after the other or at once; others and the known go on", async () => {
    const checks = new SlowChecks();
    const auth = authOf(checks);
    const right = auth.login([basic("ada:secret")], "2001:db8::1", 0);
    checks.finish();
    expect(await right).toBe("right");
    const tries = Array.from({ length: 30 }, (_, i) => auth.login([basic(`ada:guess ${i}`)], `2001:db8::${i}`, 0));
    checks.finish();
    const results = await Promise.all(tries);
    expect(results.filter((result) => result === "wrong")).toHaveLength(10);
    expect(results.slice(10)).toEqual(Array.from({ length: 20 }, () => ({ retrySeconds: 6 })));
    expect(auth.login([basic("ada:secret")], "2001:db8::7", 0)).toBe("right");
    expect(auth.login([basic("ada:guess 99")], "2001:db8::7", 0)).toEqual({ retrySeconds: 6 });
    const elsewhere = auth.login([basic("ada:guess 99")], "192.0.2.1", 0);
    const later = auth.login([basic("ada:guess 98")], "2001:db8::7", 6001);
    checks.finish();
    expect(await Promise.all([elsewhere, later])).toEqual(["wrong", "wrong"]);
  });

  it("with too many at once the rest is told to come back, and has not used up its tries", async () => {
    const auth = authOf(new PasswordChecks(), `scrypt:1:1:1:${"A".repeat(22)}:${"A".repeat(43)}`);
    const results = await Promise.all(Array.from({ length: 80 }, (_, i) => auth.login([basic(`ada:guess ${i}`)], `192.0.2.${i}`, 0)));
    expect(results.filter((result) => result === "wrong")).toHaveLength(66);
    expect(results.filter((result) => typeof result === "object")).toHaveLength(14);
    expect(auth.login([basic("ada:again")], "192.0.2.79", 0)).toBeInstanceOf(Promise);
  });
});
