import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readCredentials } from "@agentpod/host/credentials";
import { ensureHome, homeAt } from "@agentpod/host/home";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { hashToken } from "../src/auth/token-secret.ts";
import { firstStart } from "../src/setup/first-start.ts";
import { type ApiRig, apiRig } from "./api-rig.ts";
import { logIn } from "./login-rig.ts";

let rig: ApiRig;
let folder: string;
beforeAll(async () => {
  rig = await apiRig(inject("serverUrl"));
  folder = await mkdtemp(join(tmpdir(), "agentpod-first-"));
});
afterAll(async () => {
  await rig?.close();
  await rm(folder, { recursive: true });
});

const start = (name: string, adminEmail = "admin@localhost") => {
  const home = homeAt(join(folder, name));
  ensureHome(home);
  return firstStart({ database: rig.deps.database, home, front: { url: rig.url, publicUrl: rig.url }, adminEmail }).then((first) => ({
    ...first,
    home,
  }));
};

describe("P9 P18 the first start", () => {
  it("makes one admin, whichever control plane is first, whose password is told once and lies nowhere", async () => {
    const starts = await Promise.all([start("one"), start("two")]);
    const made = starts.flatMap(({ admin }) => (admin === null ? [] : [admin]));
    expect(made).toHaveLength(1);
    const [admin] = made;
    expect(admin?.password).toMatch(/^[a-z2-9]{5}(-[a-z2-9]{5}){3}$/);
    expect((await logIn(rig, "admin@localhost", admin?.password)).body.user).toMatchObject({ platformAdmin: true });
    expect((await start("one")).admin).toBeNull();
    const users = await rig.deps.database.asSystem((store) => store.users.list());
    expect(users.map((user) => user.email)).toEqual(["admin@localhost"]);
    const { home } = starts[0] as (typeof starts)[0];
    const token = JSON.parse(await readFile(join(home.keys, "cli.json"), "utf8")).token;
    expect((await rig.client(token).whoami()).tenants).toBe("*");
  });

  it("leaves the CLI's token of an older installation as it was", async () => {
    const { home } = await start("older");
    const before = readCredentials(home.keys)?.token ?? "";
    await start("older");
    expect(readCredentials(home.keys)?.token).toBe(before);
    expect(await rig.deps.database.asSystem((store) => store.tokens.findByHash(hashToken(before)))).toMatchObject({ ownerId: null });
  });
});
