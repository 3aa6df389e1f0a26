import { rmSync, writeFileSync } from "node:fs";
import { ensureHome, type Home } from "@agentpod/host/home";
import { isAlive, type ProcessIdentity } from "@agentpod/host/process-identity";
import { databaseAccount } from "./account.ts";
import { installBinaries, removeOldBinaries } from "./binaries.ts";
import { type Cluster, clusterAt } from "./cluster.ts";
import { ownerCredentials, ownerUrl } from "./credentials.ts";
import { initialise, resetPassword } from "./initialise.ts";
import { launchUntilReady, untilReady } from "./launch.ts";
import { clearStale, findPostmaster, kill, type Postmaster } from "./postmaster.ts";
import { makeSocketFolder } from "./socket-folder.ts";
import { untilGone } from "./until-gone.ts";

export interface EmbeddedPostgres {
  /** URL of the owning role (may migrate and make roles; no superuser). Holds the password: never log it. */
  ownerUrl: string;
  identity: ProcessIdentity;
  /** True when it was running already. */
  adopted: boolean;
  /** Resolves when the server is gone, whatever ended it: start it again then. Does not keep this process alive. */
  exited: Promise<void>;
  /** Fast shutdown: open transactions are rolled back, nothing is lost. Resolves when it is gone; again: no effect. */
  stop(): Promise<void>;
}

/**
 * Starts this home's PostgreSQL, or adopts the one that runs: it is a process of its own and outlives us. Makes the database at
 * the first start; recovers after a crash. Throws `conflict` for data of another major version, `unavailable` when it does not start.
 */
export async function startEmbedded(home: Home): Promise<EmbeddedPostgres> {
  ensureHome(home);
  const cluster = clusterAt(home);
  const running = await findPostmaster(cluster.data);
  if (running) return embedded(cluster, await untilReady(cluster, running.identity), true);

  const account = await databaseAccount();
  const binaries = await installBinaries(home.postgres);
  const { password, fresh } = ownerCredentials(cluster);
  const made = await initialise(cluster, binaries, account, password);
  await makeSocketFolder(cluster.socket, account);
  if (fresh && !made) {
    // The password file was lost, and the data knows the old one.
    await clearStale(cluster.data, cluster.socket);
    await resetPassword(cluster, binaries, account, password);
  }
  const { postmaster, ours } = await launchUntilReady(cluster, binaries, account);
  if (ours) await removeOldBinaries(home.postgres, binaries);
  return embedded(cluster, postmaster, !ours);
}

/** URL of this home's running embedded server as its owner; null when none runs. */
export async function findEmbeddedUrl(home: Home): Promise<string | null> {
  const cluster = clusterAt(home);
  const running = await findPostmaster(cluster.data);
  return running?.ready ? ownerUrl(running.socketFolder, ownerCredentials(cluster).password) : null;
}

function embedded(cluster: Cluster, { identity, socketFolder }: Postmaster, adopted: boolean): EmbeddedPostgres {
  writeFileSync(cluster.identity, JSON.stringify(identity), { mode: 0o600 });
  return {
    ownerUrl: ownerUrl(socketFolder, ownerCredentials(cluster).password),
    identity,
    adopted,
    exited: untilGone(identity),
    stop: async () => {
      if (isAlive(identity)) kill(identity.pid, "SIGINT");
      const quit = setTimeout(() => isAlive(identity) && kill(identity.pid, "SIGQUIT"), 30_000);
      await untilGone(identity, 20);
      clearTimeout(quit);
      rmSync(cluster.identity, { force: true });
    },
  };
}
