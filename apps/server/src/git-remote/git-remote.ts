import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { AppError } from "@agentpod/core/errors";
import type { Log } from "../app-deps.ts";
import type { Authenticate } from "../auth/authenticate.ts";
import { causeChain, httpError } from "../http-error.ts";
import { appendRefusal } from "../routes/refusal.ts";
import { flushFrame, pktLine } from "./pkt-line.ts";
import { type PushCaller, pushCaller } from "./push-caller.ts";
import { pushGate } from "./push-gate.ts";
import { writeGitHead } from "./push-talk.ts";
import { type ReceiveDeps, receivePush } from "./receive-push.ts";
import { requireApplication, takenBefore } from "./take-push.ts";

export interface GitRemoteDeps extends ReceiveDeps {
  authenticate: Authenticate;
  log: Log;
}

/** The remote of applications, for `git push`: what lies below `/git`. */
export interface GitRemoteServer {
  /** Answers a request; the path begins with `/git`. */
  serve(request: IncomingMessage, response: ServerResponse): void;
  /** Breaks off what is under way; what was taken stays taken. */
  stop(): Promise<void>;
}

export const isGitPath = (url: string): boolean => /^\/git(?:[/?]|$)/.test(url);

const paths = /^\/git\/([^/]+)\/([^/]+?)(?:\.git)?\/(info\/refs|git-receive-pack|git-upload-pack)$/;

export function gitRemote(deps: GitRemoteDeps): GitRemoteServer {
  const { database, authenticate, log } = deps;
  const gate = pushGate({ atOnce: 12, ofTenant: 4 });
  const stopping = new AbortController();
  const underWay = new Set<Promise<void>>();

  const advertise = async (caller: PushCaller, response: ServerResponse): Promise<void> => {
    await database.asTenants(caller.principal.tenants, (store) => requireApplication(store, caller));
    const { tenant, application } = caller;
    const { repository, release } = await deps.repositories.open(tenant.id, application, () => takenBefore(deps, caller));
    try {
      const git = repository.advertise();
      git.stdin.end();
      const parts: Buffer[] = [];
      for await (const part of git.stdout) parts.push(part);
      const { code } = await git.ended;
      if (code !== 0) throw new AppError("internal", "git did not say what it has");
      writeGitHead(response, "advertisement");
      response.end(Buffer.concat([pktLine("# service=git-receive-pack\n"), flushFrame, ...parts]));
    } finally {
      release();
    }
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<PushCaller | null> => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
    const [, tenant, application, part] = paths.exec(pathname) ?? [];
    if (tenant === undefined || application === undefined)
      throw new AppError("not_found", "write /git/<tenant>/<application>.git, as agentpod deployment remote says");
    const caller = await pushCaller(request, { tenant, application }, authenticate, database);
    try {
      if (part === "git-upload-pack" || searchParams.get("service") === "git-upload-pack")
        throw new AppError("forbidden", "this remote takes pushes alone: fetch from where your code is kept");
      const isAsked = part === "info/refs" && request.method === "GET" && searchParams.get("service") === "git-receive-pack";
      const isPushed = part === "git-receive-pack" && request.method === "POST";
      if (!isAsked && !isPushed) throw new AppError("not_found", "this is for git push alone");
      const leave = gate.enter(caller.tenant.id);
      try {
        if (isAsked) await advertise(caller, response);
        // Who hears how the deployment goes on is in nobody's way.
        else await receivePush(deps, caller, { request, response, stopping: stopping.signal, onReceived: leave });
      } finally {
        leave();
      }
    } catch (error) {
      await note(caller, error);
      throw error;
    }
    return caller;
  };

  /** Somebody known was refused: that is in the event log. */
  const note = async ({ who, asked, tenant, application }: PushCaller, error: unknown): Promise<void> => {
    const failure = httpError(error, "");
    const params = { tenant: tenant.name, pod: application };
    const refusal = { type: "deployment.asked", principal: who, source: asked.client, params, failure };
    await appendRefusal({ database }, refusal).catch((thrown: unknown) =>
      log.error({ causes: causeChain(thrown) }, "a refused push was not noted"),
    );
  };

  return {
    serve(request, response) {
      const requestId = randomUUID();
      const work = answer(request, response).then(
        () => undefined,
        (thrown: unknown) => {
          const { status, error, headers, body } = httpError(thrown, requestId);
          if (status >= 500) log.error({ requestId, causes: causeChain(thrown) }, error.message);
          // An answer that was cut must not look whole.
          if (response.headersSent) return void response.destroy();
          response.writeHead(status, {
            ...headers,
            ...(status === 401 && { "www-authenticate": 'Basic realm="AgentPod", charset="UTF-8"' }),
            "content-type": "text/plain; charset=utf-8",
            "cache-control": "no-store",
            "x-request-id": requestId,
            // Nobody reads what else is sent.
            ...(!request.complete && { connection: "close" }),
          });
          response.end(`${body.error.message}\n`);
        },
      );
      underWay.add(work);
      void work.finally(() => underWay.delete(work));
    },
    async stop() {
      stopping.abort();
      await Promise.all(underWay);
    },
  };
}
