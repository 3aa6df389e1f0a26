import { describe, expect, it } from "vitest";
import { databasePassword, databaseUnitsOf } from "../src/database-unit.ts";
import { podSpec } from "../src/pod-spec.ts";
import { previewName } from "../src/preview.ts";

describe("C8 names of previews", () => {
  it.each([
    ["shop", "new-cart", "shop-new-cart"],
    ["shop", "feature/New_Cart", "shop-feature-new-cart"],
    ["shop", "--x--", "shop-x"],
    ["shop", "weiß", "shop-wei"],
  ])("%s, %s: %s", (project, given, name) => {
    expect(previewName(project, given).name).toBe(name);
  });

  it("what is cut fits beside the pod that builds it, and stays different from what begins alike", () => {
    const [one, other] = ["dependabot/npm_and_yarn/left-pad-1.2.3", "dependabot/npm_and_yarn/left-pad-1.2.4"].map(
      (branch) => previewName("customer-portal", branch).name,
    );
    expect(one).toMatch(/^customer-portal-[a-z0-9-]+-[0-9a-f]{6}$/);
    expect(one?.length).toBeLessThanOrEqual(34);
    expect(one).not.toBe(other);
  });

  it("refuses what leaves no name, and a project that leaves no room", () => {
    expect(() => previewName("shop", "///")).toThrow("letters or digits");
    expect(() => previewName("a".repeat(33), "new-cart")).toThrow("no room");
  });
});

describe("C8 databases among units", () => {
  const unit = (name: string, env: Record<string, string>, port: string) => ({
    name,
    image: "x:1",
    env,
    ports: [{ name: port, container: 1 }],
  });

  it("are told by their environment, and have a port of their own: what speaks to one is none", () => {
    const spec = podSpec.parse({
      units: [
        unit("app", { POSTGRES_PASSWORD: "{{ secrets.db_password }}" }, "http"),
        unit("db", { POSTGRES_USER: "app", POSTGRES_DB: "shop", POSTGRES_PASSWORD: "{{ secrets.db_password }}" }, "postgres"),
        unit("sql", { MYSQL_USER: "app", MYSQL_DATABASE: "blog", MYSQL_PASSWORD: "{{ secrets.sql }}" }, "mysql"),
        { ...unit("cache", { REDIS_PASSWORD: "{{ secrets.cache }}" }, "main"), ports: [{ name: "main", container: 6379 }] },
      ],
    });
    expect(databaseUnitsOf(spec)).toEqual([
      { unit: "db", kind: "postgres", port: "postgres", user: "app", database: "shop" },
      { unit: "sql", kind: "mysql", port: "mysql", user: "app", database: "blog" },
      { unit: "cache", kind: "redis", port: "main", user: null, database: null },
    ]);
    const password = (secrets: Record<string, string>) => databasePassword(spec.units[1] ?? { env: {} }, secrets);
    expect([password({ db_password: "one" }), password({ other: "one" }), databasePassword({ env: {} }, {})]).toEqual(["one", null, null]);
  });
});
