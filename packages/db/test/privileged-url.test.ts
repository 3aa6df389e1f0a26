import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { homeAt } from "@agentpod/host/home";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { databaseAccount } from "../src/embedded/account.ts";
import { installBinaries } from "../src/embedded/binaries.ts";
import { clusterAt } from "../src/embedded/cluster.ts";
import { runProgram } from "../src/embedded/program.ts";
import { type EmbeddedPostgres, startEmbedded } from "../src/embedded/start-embedded.ts";
import { type ScratchDatabase, scratchDatabase } from "../src/testing/scratch-database.ts";
import { removeHome } from "../src/testing/test-postgres.ts";
import { newPod, newTenant, rawClient } from "./fixture.ts";

const home = homeAt(mkdtempSync(join("/tmp", "agentpod-superuser-")));
let server: EmbeddedPostgres;
let scratch: ScratchDatabase;
beforeAll(async () => {
  await (await startEmbedded(home)).stop();
  const { bin } = await installBinaries(home.postgres);
  const statement = "alter role postgres password 'super'\n";
  await runProgram(
    join(bin, "postgres"),
    ["--single", "-D", clusterAt(home).data, "postgres"],
    await databaseAccount(),
    home.postgres,
    statement,
  );
  server = await startEmbedded(home);
  scratch = await scratchDatabase(Object.assign(new URL(server.ownerUrl), { username: "postgres", password: "super" }).href);
});
afterAll(async () => {
  await scratch?.drop();
  await server?.stop();
  removeHome(home);
});

describe("P2 a DATABASE_URL of a superuser", () => {
  it("serves to migrate only: requests run as the app role, held to their tenants", async () => {
    const superuser = await rawClient(scratch.ownerUrl);
    const { rows } = await superuser.query("select rolsuper from pg_roles where rolname = current_user");
    expect(rows).toEqual([{ rolsuper: true }]);
    expect(await scratch.database.info()).toMatchObject({ role: scratch.roles.app.user, bypassesRls: false });

    const [acme, bolt] = [await newTenant(scratch.database, "acme"), await newTenant(scratch.database, "bolt")];
    await newPod(scratch.database, acme, "web");
    await newPod(scratch.database, bolt, "web");
    expect((await superuser.query("select from agentpod.pods")).rowCount).toBe(2);
    await superuser.end();
    expect((await scratch.database.asTenants([bolt.id], (s) => s.pods.list({}))).map((p) => p.tenant)).toEqual(["bolt"]);
    expect(await scratch.database.asTenants([bolt.id], (s) => s.routes.taken(["a.example.com"]))).toEqual([]);
  });
});
