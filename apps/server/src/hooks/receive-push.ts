import { randomUUID } from "node:crypto";
import type { HookAnswer } from "@agentpod/core/api/deployment-hook-view";
import type { DeploymentHook, HookDelivery, HookKind } from "@agentpod/core/deployment-hook";
import { AppError } from "@agentpod/core/errors";
import { eventHeaders, type PushNews, readPush } from "@agentpod/core/products/code/read-push";
import type { Store } from "@agentpod/core/store";
import type { AppDeps } from "../app-deps.ts";
import { addressLimits, countAttempt, limited } from "../users/limited.ts";
import { queueOperation } from "../workflows/queue-operation.ts";
import { pushKind } from "./fetch-push.ts";
import { deliveryMarks, type HeaderOf, isSignedBy } from "./hook-signature.ts";

export interface Delivered {
  hook: string;
  header: HeaderOf;
  body: Buffer;
  /** Client address. */
  client: string;
}

/** Of one address, in a quarter of an hour. */
const mostWrong = 60;
/** Of one hook: a busy repository tells of all its branches. */
const mostAnHour = 600;

/**
 * Takes a delivery: keeps it, and where the hook's branch was pushed has the repository fetched. The same one again has no effect.
 * Throws `unauthenticated` in the same words for a wrong signature and for a hook that is not there.
 */
export async function receivePush(deps: Pick<AppDeps, "database" | "clock">, delivered: Delivered): Promise<HookAnswer> {
  const { database } = deps;
  const hook = await limited(database, addressLimits("hook", delivered.client, mostWrong), () => signedHook(deps, delivered));
  await countAttempt(database, [{ key: `hook ${hook.id}`, limit: mostAnHour, windowSeconds: 3600 }]);
  const event = delivered.header(eventHeaders[hook.kind])?.slice(0, 100) ?? null;
  const news = readPush(hook.kind, event, bodyOf(hook.kind, delivered));
  return database.asSystem((store) => keep(store, delivered, hook, event, news));
}

async function signedHook({ database, clock }: Pick<AppDeps, "database" | "clock">, delivered: Delivered): Promise<DeploymentHook> {
  const { hook: id, header, body, client: _ } = delivered;
  const isId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id);
  const found = isId ? await database.asSystem((store) => store.deploymentHooks.open(id)) : null;
  // As much work where there is none.
  const kind: HookKind = found?.hook.kind ?? "github";
  const isSigned = isSignedBy(kind, found?.secrets.secret ?? "nobody's", header, body, clock());
  if (found !== null && isSigned) return found.hook;
  if (found !== null) await database.asSystem((store) => store.deploymentHooks.markRefused(id));
  throw new AppError("unauthenticated", "There is no such hook, or this was not signed with its secret.");
}

/** GitHub may send the same as a form. Null for what is neither: nothing is deployed for it. */
function bodyOf(kind: HookKind, { header, body }: Delivered): unknown {
  const text = body.toString("utf8");
  const isForm = kind === "github" && header("content-type")?.startsWith("application/x-www-form-urlencoded") === true;
  try {
    return JSON.parse(isForm ? (new URLSearchParams(text).get("payload") ?? "") : text);
  } catch {
    return null;
  }
}

async function keep(
  store: Store,
  { header, body, client }: Delivered,
  hook: DeploymentHook,
  event: string | null,
  news: PushNews,
): Promise<HookAnswer> {
  const { sentAs, digest } = deliveryMarks(hook.kind, header, body);
  const { outcome, message } = outcomeOf(hook, news);
  const commit = news.is === "push" ? news.commit : null;
  const delivery = await store.deploymentHooks.insertDelivery(
    { id: randomUUID(), hookId: hook.id, sentAs, event: event ?? "push", commit, outcome, message },
    hook.tenantId,
    digest,
  );
  if (delivery === null) return { outcome: "known", message: "This was delivered before: nothing is done twice." };
  if (outcome === "fetching") await begin(store, hook, delivery, client);
  return { outcome, message };
}

function outcomeOf(hook: DeploymentHook, news: PushNews): Pick<HookDelivery, "outcome" | "message"> {
  if (news.is === "ping") return { outcome: "ping", message: `Pushes to ${hook.branch} are deployed.` };
  if (news.is === "nothing") return { outcome: "ignored", message: news.why };
  if (news.branch !== hook.branch) return { outcome: "ignored", message: `Only pushes to ${hook.branch} are deployed.` };
  return { outcome: "fetching", message: "What was pushed is fetched, and deployed then." };
}

async function begin(store: Store, hook: DeploymentHook, delivery: HookDelivery, client: string): Promise<void> {
  const { tenantId, tenant, name } = hook;
  const actor = `hook:${hook.id}`;
  const input = { hook: hook.id, delivery: delivery.id };
  const operation = await queueOperation(store, pushKind, { input, tenant: { id: tenantId, name: tenant }, pods: [], actor });
  await store.deploymentHooks.updateDelivery(delivery.id, { operationId: operation.id });
  await store.events.append({
    ...{ type: "deployment.push_received", tenantId, tenant, pod: name, podId: null, actor, source: client, result: "ok" },
    message: `a push to ${hook.branch} was told for ${tenant}/${name}`,
    data: { hook: hook.id, delivery: delivery.id, commit: delivery.commit },
  });
}
