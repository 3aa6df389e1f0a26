import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import type { UnitDraft } from "../src/products/code/compose-unit.ts";
import { asStockImage } from "../src/products/code/stock-image.ts";

const unit = (image: string, more: Partial<UnitDraft> = {}): UnitDraft => ({ name: "db", image, env: {}, ports: [], volumes: [], ...more });
const as = (image: string, more: Partial<UnitDraft> = {}) => asStockImage(unit(image, more))?.unit;
const volume = (path: string) => ({ volumes: [{ name: "data", path }] });
const root = ["CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID"];

describe("C4 images of a compose file that begin as root, under the rules of units", () => {
  test.each([
    ["postgres", "postgres"],
    ["postgres:17-alpine", "postgres"],
    [`postgres@sha256:${"0".repeat(64)}`, "postgres"],
    ["library/postgres:16", "postgres"],
    ["docker.io/library/postgres:16", "postgres"],
    ["public.ecr.aws/docker/library/postgres:16", "postgres"],
    ["localhost:5000/postgres", "postgres"],
    ["pgvector/pgvector:pg17", "postgres"],
    ["mysql:8.4", "mysql"],
    ["mariadb:10.11", "mysql"],
    ["redis:7", "redis"],
    ["valkey/valkey:8", "valkey"],
    ["mongo:8", "mongodb"],
  ])("%s runs as %s", (image, user) => {
    expect(as(image)).toMatchObject({ user });
    expect(as(image)).not.toHaveProperty("capabilities");
  });

  test.each(["bitnami/postgresql:17", "acme/postgres:1", "ghcr.io/acme/redis", "postgres-exporter:1", "memcached:1", ""])(
    "nothing is known of %s",
    (image) => expect(asStockImage(unit(image))).toBeNull(),
  );

  test("a database is reached at its port, and waited for", () => {
    const answers = { ports: [{ name: "postgres", container: 5432 }], probe: { kind: "tcp", port: "postgres" }, stopGraceSeconds: 30 };
    expect(as("postgres:17", volume("/var/lib/postgresql/data"))).toMatchObject(answers);
    const published = as("postgres:17", { ports: [{ name: "main", container: 5432 }] });
    expect(published).toMatchObject({ ports: [{ name: "main", container: 5432 }], probe: { kind: "tcp", port: "main" } });
  });

  test.each([[{ env: { PGPORT: "5433" } }], [{ command: ["postgres", "-p", "5433"] }], [{ command: ["postgres", "-c", "port=5433"] }]])(
    "one that listens elsewhere is not asked at its usual port: %j",
    (more) => {
      expect(as("postgres:17", more)).toMatchObject({ user: "postgres", ports: [] });
      expect(as("postgres:17", more)).not.toHaveProperty("probe");
    },
  );

  test("what it says itself stays", () => {
    const probe = { kind: "exec" as const, command: ["pg_isready"] };
    expect(as("postgres:17", { user: "1000", probe, stopGraceSeconds: 5 })).toMatchObject({ user: "1000", probe, stopGraceSeconds: 5 });
    expect(as("postgres:17", { user: "1000" })).not.toHaveProperty("capabilities");
    expect(as("postgres:17", { capabilities: ["SETUID"] })).toMatchObject({ capabilities: ["SETUID"] });
    expect(as("postgres:17", { capabilities: ["SETUID"] })).not.toHaveProperty("user");
    expect(asStockImage(unit("postgres:17", { entrypoint: ["sleep"] }))).toBeNull();
  });

  test.each([
    ["postgres:17", volume("/data")],
    ["postgres:17", { tmpfs: [{ path: "/var/lib/postgresql/data" }] }],
    ["redis:7", volume("/backups")],
  ])("%s with data where its user may not write begins as root, and may become its user", (image, more) => {
    expect(as(image, more)).toMatchObject({ capabilities: root });
    expect(as(image, more)).not.toHaveProperty("user");
  });

  test("a web server begins as root, and may become its user and no more", () => {
    expect(as("nginx:1.27-alpine")).toEqual(unit("nginx:1.27-alpine", { capabilities: ["CHOWN", "NET_BIND_SERVICE", "SETGID", "SETUID"] }));
    expect(as("httpd:2.4")).toEqual(unit("httpd:2.4", { capabilities: ["NET_BIND_SERVICE", "SETGID", "SETUID"] }));
  });

  const templates = join(import.meta.dirname, "../../../templates");
  const appliances = readdirSync(templates).filter((name) => /^(postgres|mysql|mariadb|redis)(-|$)/.test(name));
  test.each(appliances)("runs as the appliance %s does", (name) => {
    const [own] = parse(readFileSync(join(templates, name, "template.yaml"), "utf8")).spec.units;
    const found = as(own.image, { volumes: own.volumes });
    expect(found).toMatchObject({ user: own.user, ports: own.ports });
    expect(found?.probe).toMatchObject({ ...own.probe, port: own.ports[0].name });
    expect(found?.stopGraceSeconds ?? own.stopGraceSeconds).toBe(own.stopGraceSeconds);
  });
});
