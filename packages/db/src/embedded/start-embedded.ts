import { existsSync, rmSync, writeFileSync } from "node:fs";
import { ensureHome, type Home } from "@agentpod/host/home";
import { isAlive, type ProcessIdentity } from "@agentpod/host/process-identity";
import { type Account, databaseAccount } from "./account.ts";
import { type Binaries, installBinaries, removeOldBinaries } from "./binaries.ts";
import { type Cluster, clusterAt } from "./cluster.ts";
import { keepPassword, ownerUrl, randomPassword, readPassword } from "./credentials.ts";
import { initialise, resetPassword } from "./initialise.ts";
import { endOfLaunched, launchUntilReady, untilReady } from "./launch.ts";
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
  const known = readPassword(cluster);
  if (running && known !== null) return embedded(cluster, await untilReady(cluster, running.identity), known, true);
  // Nobody could log in to it any more: it gets a new password below.
  if (running) await shutDown(running.identity);

  const account = await databaseAccount();
  const binaries = await installBinaries(home.postgres);
  const password = await prepareData(cluster, binaries, account, known);
  await makeSocketFolder(cluster.socket, account);
  const { postmaster, ours } = await launchUntilReady(cluster, binaries, account);
  if (ours) await removeOldBinaries(home.postgres, binaries);
  return embedded(cluster, postmaster, password, !ours);
}

/** URL of this home's running embedded server as its owner; null when none runs. */
export async function findEmbeddedUrl(home: Home): Promise<string | null> {
  const cluster = clusterAt(home);
  const running = await findPostmaster(cluster.data);
  const password = readPassword(cluster);
  return running?.ready && password !== null ? ownerUrl(running.socketFolder, password) : null;
}

function embedded(cluster: Cluster, { identity, socketFolder }: Postmaster, password: string, adopted: boolean): EmbeddedPostgres {
  writeFileSync(cluster.identity, JSON.stringify(identity), { mode: 0o600 });
  return {
    ownerUrl: ownerUrl(socketFolder, password),
    identity,
    adopted,
    exited: endOfLaunched(identity) ?? untilGone(identity),
    stop: async () => {
      await shutDown(identity);
      rmSync(cluster.identity, { force: true });
    },
  };
}

/** Makes the data if there is none; gives the owner's password. One whose file was lost is replaced in the data first, then kept: a crash between leaves it lost, not wrong. */
async function prepareData(cluster: Cluster, binaries: Binaries, account: Account, known: string | null): Promise<string> {
  const isThere = existsSync(cluster.data);
  const password = known ?? (isThere ? randomPassword() : keepPassword(cluster, randomPassword()));
  await initialise(cluster, binaries, account, password);
  if (known !== null || !isThere) return password;
  await clearStale(cluster.data, cluster.socket);
  await resetPassword(cluster, binaries, account, password);
  return keepPassword(cluster, password);
}

/** Fast shutdown, after 30 s an immediate one. */
async function shutDown(identity: ProcessIdentity): Promise<void> {
  if (isAlive(identity)) kill(identity.pid, "SIGINT");
  const quit = setTimeout(() => isAlive(identity) && kill(identity.pid, "SIGQUIT"), 30_000);
  await untilGone(identity, 20);
  clearTimeout(quit);
}
