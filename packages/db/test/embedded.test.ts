import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Home, homeAt, isRoot } from "@agentpod/host/home";
import { identify, isAlive, type ProcessIdentity } from "@agentpod/host/process-identity";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { clusterAt } from "../src/embedded/cluster.ts";
import { type EmbeddedPostgres, findEmbeddedUrl, startEmbedded } from "../src/embedded/start-embedded.ts";
import { removeHome } from "../src/testing/test-postgres.ts";

let home: Home;
let server: EmbeddedPostgres | undefined;
beforeAll(() => {
  home = homeAt(mkdtempSync(join("/tmp", "agentpod-embedded-")));
});
afterAll(async () => {
  await server?.stop();
  removeHome(home);
});

async function query(sql: string, url = server?.ownerUrl): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

const starter = `
  const { homeAt } = await import(${JSON.stringify(import.meta.resolve("@agentpod/host/home"))});
  const { startEmbedded } = await import(${JSON.stringify(new URL("../src/embedded/start-embedded.ts", import.meta.url).href)});
  const { identity } = await startEmbedded(homeAt(process.argv[1]));
  console.log(JSON.stringify(identity));
  setInterval(() => undefined, 1000);
`;

describe("P2 embedded PostgreSQL", () => {
  it("outlives a starter that is killed, and is adopted", async () => {
    const child = spawn(process.execPath, ["--input-type=module", "-e", starter, home.root], { stdio: ["ignore", "pipe", "inherit"] });
    const [line] = await once(child.stdout, "data");
    const identity = JSON.parse(String(line)) as ProcessIdentity;
    child.kill("SIGKILL");
    await once(child, "exit");
    server = await startEmbedded(home);
    expect(server).toMatchObject({ adopted: true, identity });
    expect(JSON.parse(readFileSync(join(home.run, "postgres.json"), "utf8"))).toEqual(identity);
    expect(await findEmbeddedUrl(home)).toBe(server.ownerUrl);
  });

  it("listens on no TCP port, and its owner is no superuser", async () => {
    const [row] = await query(
      `select current_setting('listen_addresses') as listen, rolsuper, rolbypassrls, current_setting('server_version_num')::int / 10000 as major
       from pg_roles where rolname = current_user`,
    );
    expect(row).toEqual({ listen: "", rolsuper: false, rolbypassrls: false, major: 18 });
  });

  it("asks for a password, which lies in a 0600 file; the superuser has none and cannot log in", async () => {
    const wrong = Object.assign(new URL(server?.ownerUrl ?? ""), { password: "wrong" }).href;
    await expect(query("select 1", wrong)).rejects.toMatchObject({ code: "28P01" });
    const superuser = Object.assign(new URL(wrong), { username: "postgres" }).href;
    await expect(query("select 1", superuser)).rejects.toMatchObject({ code: "28P01" });
    expect(statSync(join(home.keys, "postgres.json")).mode & 0o777).toBe(0o600);
    const log = readFileSync(join(home.logs, "postgres.log"), "utf8");
    expect(log).not.toContain(new URL(server?.ownerUrl ?? "").password);
  });

  it.runIf(isRoot())("runs as a user of its own when we are root, from files that user can read", () => {
    const uid = statSync(`/proc/${server?.identity.pid}`).uid;
    expect(uid).not.toBe(0);
    const cluster = clusterAt(home);
    for (const path of [cluster.data, cluster.socket]) expect([statSync(path).uid, statSync(path).mode & 0o777]).toEqual([uid, 0o700]);
  });

  it("killed with open work, it is noticed and comes back with what was committed", async () => {
    await query("create table kept (n int); insert into kept values (1)");
    const before = server as EmbeddedPostgres;
    process.kill(before.identity.pid, "SIGKILL");
    await before.exited;
    server = await startEmbedded(home);
    expect(server.adopted).toBe(false);
    expect(server.identity).not.toEqual(before.identity);
    expect(await query("select n from kept")).toEqual([{ n: 1 }]);
  });

  it("a pid file whose pid is now a stranger's does not keep it from starting", async () => {
    await server?.stop();
    expect(await findEmbeddedUrl(home)).toBeNull();
    const { data } = clusterAt(home);
    writeFileSync(join(data, "postmaster.pid"), `${process.pid}\n${data}\n1\n5432\n/nowhere\n\n\nready\n`);
    server = await startEmbedded(home);
    expect(server).toMatchObject({ adopted: false });
    expect(server.identity.pid).not.toBe(process.pid);
    expect(identify(process.pid)).not.toBeNull();
  });

  it("two that start at once share one server", async () => {
    await server?.stop();
    const [one, two] = await Promise.all([startEmbedded(home), startEmbedded(home)]);
    server = one;
    expect(two.identity).toEqual(one.identity);
    expect(await query("select n from kept")).toEqual([{ n: 1 }]);
  });

  it.each(["stopped", "running"])("a lost password file is replaced at the next start, with the server %s", async (state) => {
    if (state === "stopped") await server?.stop();
    const before = server?.ownerUrl;
    rmSync(join(home.keys, "postgres.json"));
    server = await startEmbedded(home);
    expect(server.ownerUrl).not.toBe(before);
    expect(await query("select n from kept")).toEqual([{ n: 1 }]);
  });

  it("stop ends it, again has no effect, and `exited` tells", async () => {
    const stopped = server as EmbeddedPostgres;
    await stopped.stop();
    expect(isAlive(stopped.identity)).toBe(false);
    await stopped.exited;
    await stopped.stop();
    server = undefined;
  });

  it("data of another major version is left alone, and said so", async () => {
    const { data } = clusterAt(home);
    const version = join(data, "PG_VERSION");
    const [kept, other] = [`${version}.kept`, "17\n"];
    cpSync(version, kept);
    writeFileSync(version, other);
    await expect(startEmbedded(home)).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("PostgreSQL 17") });
    renameSync(kept, version);
  });

  it("a server that cannot start says what its log says", async () => {
    const { data } = clusterAt(home);
    renameSync(join(data, "global"), join(data, "lost"));
    await expect(startEmbedded(home)).rejects.toMatchObject({ code: "unavailable", message: expect.stringContaining("postgres.log") });
    renameSync(join(data, "lost"), join(data, "global"));
  });

  it("a home with a path too long for a socket works all the same", async () => {
    const long = homeAt(join(home.root, "x".repeat(90)));
    const running = await startEmbedded(long);
    try {
      expect(await query("select 1 as one", running.ownerUrl)).toEqual([{ one: 1 }]);
    } finally {
      await running.stop();
      for (const outside of [clusterAt(long).socket, long.sockets]) rmSync(outside, { recursive: true, force: true });
    }
  });
});
