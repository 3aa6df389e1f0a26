import { once } from "node:events";
import { chown, mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { databaseAccount } from "@agentpod/db/embedded/account";
import { type Binaries, installBinaries } from "@agentpod/db/embedded/binaries";
import { freePort } from "@agentpod/host/free-port";
import { beforeAll, describe, expect, inject, test } from "vitest";
import { type Running, run, serve, temporaryFolder, unpacked } from "./template-rig.ts";

const password = "a-generated-password";

interface Database {
  data: string;
  port: number;
  start(): Promise<Running>;
}

let binaries: Binaries;
beforeAll(async () => {
  binaries = await installBinaries(inject("binaries"));
});

/** The postgres unit as the process runtime runs it: a folder and a user of its own, nothing in the environment but the unit's. */
async function database(): Promise<Database> {
  const account = await databaseAccount();
  const code = await unpacked("postgres", "local");
  const data = join(await temporaryFolder(), "data");
  await mkdir(data);
  if (account) await chown(data, account.uid, account.gid);
  const port = await freePort();
  const env = {
    PATH: `${binaries.bin}:/usr/bin:/bin`,
    DATA: data,
    LISTEN: "127.0.0.1",
    PORT: String(port),
    POSTGRES_USER: "app",
    POSTGRES_DB: "app",
    POSTGRES_PASSWORD: password,
  };
  const start = async (): Promise<Running> => {
    const running = run(["sh", `${code}/run-postgres.sh`], env, account);
    await running.line(/database system is ready to accept connections/);
    return running;
  };
  return { data, port, start };
}

async function startApp(port: number) {
  return serve(await unpacked("node-postgres", "app"), ["{{ code }}/main.mjs"], {
    DATABASE_URL: `postgres://app:${password}@127.0.0.1:${port}/app`,
  });
}

const add = (url: string, body: string) => fetch(`${url}/items`, { method: "POST", body });

describe("F1 the postgres template without an engine", () => {
  test("makes its database once, keeps it through kill -9, and asks for its password", async () => {
    const db = await database();
    const first = await db.start();
    const { url, running } = await startApp(db.port);
    await running.line(/the database answers/);
    expect((await add(url, '{"text":"milk"}')).status).toBe(201);
    first.child.kill("SIGKILL");
    await once(first.child, "close");
    await db.start();
    const again = await startApp(db.port);
    await again.running.line(/the database answers/);
    expect(await (await fetch(`${again.url}/items`)).json()).toMatchObject([{ text: "milk" }]);
    const stranger = await serve(await unpacked("node-postgres", "app"), ["{{ code }}/main.mjs"], {
      DATABASE_URL: `postgres://app:wrong@127.0.0.1:${db.port}/app`,
    });
    expect(await stranger.running.line(/^database:/)).toMatch(/password authentication failed/);
  });

  test("starts afresh after being killed while it was made", async () => {
    const db = await database();
    const account = await databaseAccount();
    await mkdir(join(db.data, "new", "base"), { recursive: true });
    if (account) for (const part of ["new/base", "new"]) await chown(join(db.data, part), account.uid, account.gid);
    await db.start();
    expect(await readdir(db.data)).toEqual(["database"]);
  });

  test("P8 its password is in no argument, no log and no file", async () => {
    const db = await database();
    const { child, output } = await db.start();
    expect(await readFile(`/proc/${child.pid}/cmdline`, "utf8").catch(() => "")).not.toContain(password);
    expect(await readFile(`/proc/${child.pid}/environ`, "utf8").catch(() => "")).not.toContain(password);
    expect(output.join("\n")).not.toContain(password);
    expect(await readdir(db.data)).toEqual(["database"]);
  });
});

describe("F1 the node-postgres template", () => {
  test("waits for its database, then reads and writes it", async () => {
    const db = await database();
    const { url, running } = await startApp(db.port);
    expect((await fetch(`${url}/healthz`)).status).toBe(503);
    await running.line(/^database: .*ECONNREFUSED/);
    await db.start();
    await running.line(/the database answers/);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    expect(await (await add(url, '{"text":"it\'s; drop table items"}')).json()).toMatchObject({ id: "1" });
    expect(await (await fetch(url)).json()).toMatchObject({ items: 1 });
    expect(running.output.join("\n")).not.toContain(password);
  });

  test("says what is wrong, and lives on when the database goes", async () => {
    const db = await database();
    const server = await db.start();
    const { url, running } = await startApp(db.port);
    await running.line(/the database answers/);
    for (const body of ["", "[]", '{"text":""}', '{"text":"a\\u0000b"}', JSON.stringify({ text: "x".repeat(70_000) })])
      expect((await add(url, body)).status).toBe(400);
    server.child.kill("SIGKILL");
    await once(server.child, "close");
    expect((await fetch(`${url}/items`)).status).toBe(503);
    await db.start();
    expect((await fetch(`${url}/items`)).status).toBe(200);
  });
});
