import type { IncomingMessage, ServerResponse } from "node:http";
import { createGunzip } from "node:zlib";
import { AppError, toAppError } from "@agentpod/core/errors";
import { permissionsIn } from "@agentpod/core/permission";
import type { Database } from "@agentpod/core/store";
import { gitRef } from "@agentpod/source/git-address";
import type { PushedRepository } from "@agentpod/source/pushed-repository";
import type { Log } from "../app-deps.ts";
import { allowedWhile } from "../auth/allowed-while.ts";
import type { Authenticate } from "../auth/authenticate.ts";
import { causeChain } from "../http-error.ts";
import type { EventFeed } from "../routes/event-feed.ts";
import type { Sources } from "../sources/sources.ts";
import type { PushCaller } from "./push-caller.ts";
import { branchOf, firstBranch, isDeletion, type PushHead, readPushHead } from "./push-commands.ts";
import { isTaken, refusedReport, withRefused } from "./push-report.ts";
import { type PushTalk, pushTalk, writeGitHead } from "./push-talk.ts";
import type { Repositories } from "./repositories.ts";
import { runReceivePack } from "./run-receive-pack.ts";
import { type TakenDeployment, takenBefore, takePush } from "./take-push.ts";
import { tellDeployment } from "./tell-deployment.ts";

export interface ReceiveDeps {
  database: Database;
  sources: Pick<Sources, "addSnapshot">;
  repositories: Repositories;
  feed: Pick<EventFeed, "subscribe">;
  authenticate: Authenticate;
  log: Log;
}

export interface PushRequest {
  request: IncomingMessage;
  response: ServerResponse;
  /** Ends everything. */
  stopping: AbortSignal;
  /** All of it is here, and was taken or refused. */
  onReceived(): void;
}

const stayMs = 5000;

/**
 * Takes a push: git writes it, its branch becomes a source, a deployment is asked for, and its steps are told. A push that cannot be
 * deployed from is refused, and the repository is as it was.
 */
export async function receivePush(
  deps: ReceiveDeps,
  caller: PushCaller,
  { request, response, stopping, onReceived }: PushRequest,
): Promise<void> {
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  const signal = AbortSignal.any([gone.signal, stopping]);
  const body = request.headers["content-encoding"] === "gzip" ? request.pipe(createGunzip()) : request;
  const pieces = (body as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  const push = await readPushHead(pieces).catch((thrown: unknown) => {
    const isNoGzip = String((thrown as NodeJS.ErrnoException).code).startsWith("Z_");
    throw isNoGzip ? new AppError("invalid", "This is no push of git.", { cause: thrown }) : thrown;
  });
  if (push.commands.length === 0) {
    // Git asks so whether it may, before it sends much.
    writeGitHead(response, "result");
    response.end();
    return;
  }
  const talk = pushTalk(response, hasSideband(push));
  const staying = setInterval(() => response.headersSent && talk.stay(), stayMs);
  try {
    const taken = await receive(deps, caller, { push, pieces, talk, signal });
    onReceived();
    if (taken !== null && !signal.aborted) await tell(deps, caller, taken, talk, signal);
    talk.end();
  } finally {
    clearInterval(staying);
  }
}

interface Receiving {
  push: PushHead;
  pieces: AsyncIterator<Buffer>;
  talk: PushTalk;
  signal: AbortSignal;
}

const hasSideband = ({ capabilities }: PushHead): boolean => capabilities.has("side-band-64k");

/** Null where nothing is deployed; the client has heard why. */
async function receive(deps: ReceiveDeps, caller: PushCaller, receiving: Receiving): Promise<TakenDeployment | null> {
  const { push, pieces, talk, signal } = receiving;
  const { commands } = push;
  const { repositories } = deps;
  const { tenant, application } = caller;
  const { repository, before, release } = await repositories.open(tenant.id, application, () => takenBefore(deps, caller));
  try {
    const branch = before?.branch ?? firstBranch(commands);
    const why = branch === null ? "push a branch: nothing was deployed yet, and only branches are" : notDeployable(branch);
    if (branch === null || why !== null) {
      while (!(await pieces.next()).done);
      talk.report(refusedReport(commands, why ?? ""));
      return null;
    }
    await repository.setBranch(branch);
    const git = repository.receive(signal);
    const run = { git, head: push.bytes, pieces, hasSideband: hasSideband(push), talk, mostBytes: 2 * repositories.mostBytes };
    const { report, said } = await runReceivePack(run);
    const command = commands.find(({ ref }) => branchOf(ref) === branch);
    if (report.length === 0) {
      talk.report(refusedReport(commands, said === "" ? "git ended without a report" : said));
      return null;
    }
    if (command === undefined || isDeletion(command) || !isTaken(report, command.ref)) {
      if (command === undefined) talk.say(`Kept, and not deployed: pushes to ${branch} are, such as git push agentpod HEAD:${branch}`);
      talk.report(report);
      return null;
    }
    return await take(deps, caller, repository, { branch, commit: command.new }, { before, report, ref: command.ref, talk });
  } finally {
    release();
  }
}

function notDeployable(branch: string): string | null {
  try {
    gitRef(branch);
    return null;
  } catch {
    return "a branch that is deployed has letters, digits and . _ / - in its name";
  }
}

async function take(
  deps: ReceiveDeps,
  caller: PushCaller,
  repository: PushedRepository,
  pushed: { branch: string; commit: string },
  { before, report, ref, talk }: { before: { branch: string; commit: string } | null; report: Buffer; ref: string; talk: PushTalk },
): Promise<TakenDeployment | null> {
  try {
    const taken = await takePush(deps, caller, repository, pushed);
    talk.report(report);
    for (const notice of taken.notices) talk.say(notice);
    // Where it does not succeed it is tried with the next push.
    await repository.tidy().catch(() => undefined);
    return taken;
  } catch (thrown) {
    const error = toAppError(thrown);
    if (error.code === "internal") deps.log.error({ causes: causeChain(thrown) }, "a push was not taken");
    const why = error.code === "internal" ? "Internal error" : error.message;
    await repository.restore(before);
    talk.say(`Not taken: ${why}`);
    talk.report(withRefused(report, ref, why));
    return null;
  }
}

async function tell(deps: ReceiveDeps, caller: PushCaller, taken: TakenDeployment, talk: PushTalk, signal: AbortSignal): Promise<void> {
  const { database, feed, authenticate } = deps;
  const { who, principal, asked, tenant, application } = caller;
  const { id, number } = taken.deployment;
  talk.say(`Deployment ${number} of ${tenant.name}/${application}; it goes on if you leave.`);
  const ended = new AbortController();
  const stop = allowedWhile(
    feed,
    who,
    async () => (await authenticate(asked)).principal,
    () => ended.abort(),
  );
  try {
    await tellDeployment(id, {
      ...{ database, feed, tenants: principal.tenants, say: talk.say, stay: talk.stay },
      showsLog: permissionsIn(who, tenant.id).has("pod.logs"),
      signal: AbortSignal.any([signal, ended.signal]),
    });
  } catch (thrown) {
    // The push is taken: that nobody can see how it goes on is no failure of it.
    deps.log.warn({ causes: causeChain(thrown) }, "a push's deployment could not be told");
    talk.say(`It goes on: agentpod deployment status ${tenant.name}/${application}`);
  } finally {
    stop();
  }
}
