import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DeploymentSummary } from "@agentpod/core/api/deployment-view";
import { roles } from "@agentpod/core/permission";
import { git } from "@agentpod/source/testing/git-server";
import { attemptLimit } from "../src/auth/attempt-limit.ts";
import { authentication } from "../src/auth/authenticate.ts";
import { type GitRemoteDeps, gitRemote } from "../src/git-remote/git-remote.ts";
import { eventFeed } from "../src/routes/event-feed.ts";
import { serveApp } from "../src/serve-app.ts";
import { type DeploymentRig, deploymentRig } from "./deployment-rig.ts";

export interface Front {
  port: number;
  close(): Promise<void>;
}

export interface Pushed {
  code: number;
  said: string;
}

export interface PushRig {
  deployed: DeploymentRig;
  /** Gone after the tests. */
  folder: string;
  /** Of an operator of acme. */
  token: string;
  /** The tenant's id. */
  acme: string;
  front: Front;
  /** The API and the remotes of applications once more, listening on loopback. */
  serve(changes?: Partial<GitRemoteDeps>): Promise<Front>;
  /** Git as somebody has it, without a terminal; this process goes on meanwhile. */
  run(at: string, ...argv: string[]): Promise<Pushed>;
  /** Pushes main, or these refs, to an application of acme. */
  push(work: string, name: string, ...refs: string[]): Promise<Pushed>;
  remoteOf(name: string, secret?: string, at?: Front, tenant?: string): string;
  /** An application that answers with its page, in a repository of its own. */
  project(page: string): string;
  /** Another page, and the commit that it is. */
  commit(work: string, page: string, ...more: string[]): string;
  /** Where the server keeps what was pushed to an application of acme. */
  repository(name: string): string;
  refsOf(name: string): string[];
  deployments(name: string): Promise<DeploymentSummary[]>;
  close(): Promise<void>;
}

/** Deployments on the memory runtime, and a front that takes pushes for them. */
export async function pushRig(serverUrl: string): Promise<PushRig> {
  const deployed = await deploymentRig(serverUrl);
  const { api } = deployed;
  const { database, sources, log, clock } = api.deps;
  const feed = eventFeed(database, log);
  const folder = mkdtempSync(join(tmpdir(), "agentpod-push-"));
  await api.admin.tenants.create({ name: "bolts" });
  const token = await api.token("acme", roles.operator);
  const { id: acme } = await database.asSystem((store) => store.tenants.get("acme"));
  const open: Front[] = [];
  const serve = async (changes: Partial<GitRemoteDeps> = {}): Promise<Front> => {
    const authenticate = authentication({ ...api.deps, limit: attemptLimit(clock) });
    const remote = gitRemote({ database, sources, log, authenticate, feed, repositories: deployed.repositories, ...changes });
    const server = serveApp(api.app, undefined, remote);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const made = {
      port: (server.address() as AddressInfo).port,
      close: async () => {
        await remote.stop();
        server.closeAllConnections();
        server.close();
        await once(server, "close");
      },
    };
    open.push(made);
    return made;
  };
  const front = await serve();
  const run: PushRig["run"] = (at, ...argv) => {
    const env = { PATH: process.env.PATH ?? "", HOME: folder, GIT_TERMINAL_PROMPT: "0", GIT_CONFIG_NOSYSTEM: "1", LC_ALL: "C" };
    return new Promise((resolve) => {
      execFile("git", argv, { cwd: at, env, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code), said: `${stdout}${stderr}` });
      });
    });
  };
  const remoteOf: PushRig["remoteOf"] = (name, secret = token, at = front, tenant = "acme") =>
    `http://me:${secret}@127.0.0.1:${at.port}/git/${tenant}/${name}.git`;
  const commit: PushRig["commit"] = (work, page, ...more) => {
    writeFileSync(join(work, "page"), page);
    git(work, "add", "--all");
    git(work, "commit", "--quiet", ...more, "-m", page);
    return git(work, "rev-parse", "HEAD");
  };
  const repository = (name: string) => join(api.sourcesFolder, "pushed", acme, `${name}.git`);
  return {
    ...{ deployed, folder, token, acme, front, serve, run, remoteOf, commit, repository },
    push: (work, name, ...refs) => run(work, "push", remoteOf(name), ...(refs.length === 0 ? ["main"] : refs)),
    project(page) {
      const work = mkdtempSync(join(folder, "work-"));
      git(work, "init", "--quiet");
      writeFileSync(join(work, "package.json"), '{"name":"shop","scripts":{"start":"node index.js"}}');
      writeFileSync(join(work, "index.js"), "require('node:http').createServer().listen(process.env.PORT)");
      commit(work, page);
      return work;
    },
    refsOf: (name) => git(repository(name), "for-each-ref", "--format=%(refname)").split("\n"),
    deployments: (name) => api.admin.deployments.list("acme", { name }),
    async close() {
      for (const one of open) await one.close();
      feed.close();
      await deployed.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
