import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { databaseAccount } from "@agentpod/db/embedded/account";
import { installBinaries } from "@agentpod/db/embedded/binaries";
import { clusterAt } from "@agentpod/db/embedded/cluster";
import { runProgram } from "@agentpod/db/embedded/program";
import { startEmbedded } from "@agentpod/db/embedded/start-embedded";
import { removeHome } from "@agentpod/db/testing/test-postgres";
import { homeAt } from "@agentpod/host/home";

/** A PostgreSQL of its own, with the URL of its superuser, as someone may give it in DATABASE_URL. */
export async function startPrivilegedPostgres(): Promise<{ url: string; stop(): Promise<void> }> {
  const home = homeAt(await mkdtemp("/tmp/ap-e2e-pg-"));
  await (await startEmbedded(home)).stop();
  const { bin } = await installBinaries(home.postgres);
  const argv = ["--single", "-D", clusterAt(home).data, "postgres"];
  await runProgram(join(bin, "postgres"), argv, await databaseAccount(), home.postgres, "alter role postgres password 'super'\n");
  const server = await startEmbedded(home);
  return {
    url: Object.assign(new URL(server.ownerUrl), { username: "postgres", password: "super" }).href,
    async stop() {
      await server.stop();
      removeHome(home);
    },
  };
}
