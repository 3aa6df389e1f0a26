import { routePolicies } from "@agentpod/core/route-policies";
import { describe, expect, it } from "vitest";
import { isPasswordOf, passwordHashOf } from "../src/password-hash.ts";

describe("P7 password hashes", () => {
  it("a hash is of its password alone, differs each time and has the form that policies store", async () => {
    const [one, two] = await Promise.all([passwordHashOf("correct horse"), passwordHashOf("correct horse")]);
    expect(one).not.toBe(two);
    expect(one).not.toContain("horse");
    expect(routePolicies.safeParse({ basicAuth: { users: [{ name: "ada", passwordHash: one }] } }).success).toBe(true);
    expect(await isPasswordOf(one, "correct horse")).toBe(true);
    for (const wrong of ["", "correct hors", "correct horse ", "Correct horse"]) expect(await isPasswordOf(one, wrong)).toBe(false);
  });

  it("one password in two Unicode spellings is one password", async () => {
    expect(await isPasswordOf(await passwordHashOf("caf\u00e9"), "cafe\u0301")).toBe(true);
  });

  it("a changed hash is of no password", async () => {
    const hash = await passwordHashOf("secret");
    const parts = hash.split(":");
    const other = (parts[5] ?? "").replace(/^./, (first) => (first === "A" ? "B" : "A"));
    expect(await isPasswordOf([...parts.slice(0, 5), other].join(":"), "secret")).toBe(false);
  });

  it.each([
    "",
    "secret",
    "scrypt:15:8:3:short:short",
    `scrypt:0:8:1:${"A".repeat(22)}:${"A".repeat(43)}`,
    `scrypt:15:0:1:${"A".repeat(22)}:${"A".repeat(43)}`,
    `scrypt:15:8:0:${"A".repeat(22)}:${"A".repeat(43)}`,
    `scrypt:24:8:1:${"A".repeat(22)}:${"A".repeat(43)}`,
    `scrypt:99:99:99:${"A".repeat(22)}:${"A".repeat(43)}`,
    `scrypt:15:8:99:${"A".repeat(22)}:${"A".repeat(43)}`,
  ])("refuses %j at once, whatever it would cost", async (hash) => {
    await expect(isPasswordOf(hash, "secret")).rejects.toMatchObject({ name: "AppError", code: "invalid" });
  });
});
