import { type Action, describeAction } from "@agentpod/core/action";
import { type AppError, toAppError } from "@agentpod/core/errors";
import type { NewEvent } from "@agentpod/core/event";
import { heldLive } from "@agentpod/core/live-settings";
import { countFailure } from "@agentpod/core/plan-backoff";
import { redactor } from "@agentpod/core/redact";
import { renderSecrets } from "@agentpod/core/render-unit";
import type { Upstream } from "@agentpod/core/route-table";
import type { UnitRun } from "@agentpod/core/runtime";
import type { PodSnapshot } from "@agentpod/core/snapshot";
import type { PodStatus } from "@agentpod/core/status";
import { statusEvents } from "@agentpod/core/status-events";
import type { Allocation } from "@agentpod/core/store";
import { prepareImage } from "./prepare-image.ts";
import { putToSleep, wakeDue } from "./sleep-pods.ts";
import { tellSettings } from "./tell-settings.ts";
import type { World } from "./world.ts";

export interface Lease {
  epoch: number;
  /** The last write of a status under this lease: steps that fail side by side are noted one after another. */
  saving: Promise<unknown>;
}

/** `done`: go on with the next action. `stop`: look again. `failed`: look again after a pause. `lost`: someone else holds the pod. */
export type Outcome = "done" | "stop" | "failed" | "lost";

/** Takes one step. Whatever fails is recorded on the pod, with who can mend it, and ends the round. */
export async function applyAction(world: World, snapshot: PodSnapshot, lease: Lease, action: Action): Promise<Outcome> {
  const { pod } = snapshot.facts;
  // A status is saved by whoever holds the lease or not at all: the write itself looks.
  if (action.kind !== "save-status" && !(await holds(world, snapshot, lease))) return "lost";
  world.crash(`before:${action.kind}`);
  try {
    const begun = performance.now();
    const outcome = await effect(world, snapshot, lease, action);
    if (action.kind !== "save-status")
      world.log.info(
        { pod: `${pod.tenant}/${pod.name}`, detail: describeAction(action), ms: Math.round(performance.now() - begun) },
        action.kind,
      );
    world.crash(`after:${action.kind}`);
    return outcome;
  } catch (thrown) {
    const error = toAppError(thrown);
    world.log.warn({ pod: `${pod.tenant}/${pod.name}`, action: action.kind, detail: describeAction(action), err: thrown }, "action failed");
    await recordFailure(world, snapshot, lease, action, error);
    return "failed";
  }
}

function holds(world: World, { facts: { pod } }: PodSnapshot, lease: Lease): Promise<boolean> {
  return world.database.leases.holds(pod.id, world.owner, lease.epoch);
}

async function effect(world: World, snapshot: PodSnapshot, lease: Lease, action: Action): Promise<Outcome> {
  const { database, runtime } = world;
  const { pod } = snapshot.facts;
  switch (action.kind) {
    case "save-status":
      if (await saveStatus(world, snapshot, lease, action.status)) return "done";
      return (await holds(world, snapshot, lease)) ? "stop" : "lost";
    case "set-desired":
      return setDesired(world, snapshot, action);
    case "allocate":
      return allocate(world, snapshot, action.allocation);
    case "release":
      await database.asSystem((store) => store.allocations.delete(pod.id, action.allocation));
      return "done";
    case "prepare-pod":
      await runtime.preparePod(action.scope);
      return "done";
    case "adopt-unit":
      await runtime.adopt(action.unit);
      return "done";
    case "release-unit":
      await runtime.release(action.unit);
      return "done";
    case "prepare-image":
      return prepareImage(world, snapshot, await wholeRun(world, snapshot, action.run));
    case "ensure-volume":
      await runtime.ensureVolume(action.volume, action.scope);
      return "done";
    case "create-unit":
      await runtime.create(await wholeRun(world, snapshot, action.run));
      return "done";
    case "ensure-unit":
      await runtime.ensure(await wholeRun(world, snapshot, action.run));
      return "done";
    case "apply-live":
      return applyLive(world, snapshot, lease, action);
    case "stop-unit":
      await runtime.stop(action.id, action.graceSeconds);
      return "done";
    case "remove-unit":
      await runtime.remove(action.id, action.graceSeconds);
      return "done";
    case "set-route":
      return setRoute(world, snapshot, lease, action);
    case "serve-routes":
      // A gateway that is away serves its last table and is given the newest when it is back.
      await world.serveRoutes();
      return "done";
    case "drop-routes":
      await database.asSystem((store) => store.routes.replace(pod.id, []));
      return "done";
    case "remove-volume":
      await runtime.removeVolume(action.volume);
      return "done";
    case "remove-pod":
      await runtime.removePod(pod.id);
      return "done";
    case "forget":
      await forget(world, snapshot);
      return "stop";
  }
}

/** What the owner has changed since the look counts: then the next look decides anew. */
async function setDesired(world: World, snapshot: PodSnapshot, action: Extract<Action, { kind: "set-desired" }>): Promise<Outcome> {
  try {
    if (action.desired === "sleeping") await putToSleep(world, snapshot, action.reason);
    else if (action.desired === "running") await wakeDue(world, snapshot);
    else
      await world.database.asSystem((store) =>
        store.pods.setDesired(snapshot.facts.pod.id, action.desired, undefined, snapshot.facts.pod.generation),
      );
    return "stop";
  } catch (thrown) {
    if (toAppError(thrown).code === "conflict") return "stop";
    throw thrown;
  }
}

/** A value that another pod took since the look is no failure: the next look chooses another. */
async function allocate(world: World, { facts: { pod } }: PodSnapshot, allocation: Allocation): Promise<Outcome> {
  try {
    await world.database.asSystem(async (store) => {
      await store.allocations.insert(pod.id, pod.server, allocation);
      if (allocation.kind === "public_port") await store.routes.setPublicPort(allocation.purpose, allocation.value);
    });
    return "done";
  } catch (thrown) {
    if (toAppError(thrown).code === "conflict") return "stop";
    throw thrown;
  }
}

async function setRoute(
  world: World,
  snapshot: PodSnapshot,
  lease: Lease,
  action: Extract<Action, { kind: "set-route" }>,
): Promise<Outcome> {
  const upstream = action.upstreams[0];
  if (action.candidate && upstream) {
    const refusal = await candidateRefusal(world, upstream, action.candidate);
    if (refusal !== null) {
      const [, unit, revision = ""] = upstream.id.split("/");
      const instance = snapshot.observed?.units.find((o) => o.id.unit === unit && o.id.revision === revision);
      const runId = instance?.runId ?? null;
      const live = instance && heldLive(snapshot.facts.pod.status.units.find(({ name }) => name === unit)?.live, instance);
      const message = `Through the gateway, the new ${action.unit} ${refusal}; the old one goes on serving.`;
      const failure = { revision, runId, reason: "candidate", message, fault: "user" as const, retry: true };
      await noteFailure(world, snapshot, lease, action.unit, { ...failure, ...(live && { live }) });
      return "failed";
    }
  }
  await world.database.asSystem((store) =>
    store.routes.set(action.route, { state: action.state, message: action.message, upstreams: action.upstreams }),
  );
  return "done";
}

/** What comes of it is noted, also that it was refused; what is not noted is told once more. */
async function applyLive(
  world: World,
  snapshot: PodSnapshot,
  lease: Lease,
  action: Extract<Action, { kind: "apply-live" }>,
): Promise<Outcome> {
  const { pod } = snapshot.facts;
  const { live: revision, id } = action.run;
  const runId = snapshot.observed?.units.find((o) => o.id.unit === id.unit && o.id.revision === id.revision)?.runId;
  const told = await tellSettings(world.runtime, await wholeRun(world, snapshot, action.run), action);
  if (told === null || revision === undefined || runId === undefined) return "failed";
  const { state, message, printed } = told;
  if (state === "refused") {
    const clean = redactor(await world.database.asSystem((store) => store.secrets.reveal(pod.id)));
    world.log.warn({ pod: `${pod.tenant}/${pod.name}`, unit: id.unit, message, printed: clean(printed) }, "settings were not taken");
  }
  const live = { revision, runId, state, message };
  const { status } = pod;
  const units = status.units.map((unit) => (unit.name === id.unit ? { ...unit, live } : unit));
  if (await saveStatus(world, snapshot, lease, { ...status, units })) return "done";
  return (await holds(world, snapshot, lease)) ? "stop" : "lost";
}

/** Why a new instance may not be switched to, or null. */
async function candidateRefusal(
  world: World,
  upstream: Upstream,
  candidate: NonNullable<Extract<Action, { kind: "set-route" }>["candidate"]>,
): Promise<string | null> {
  try {
    const { status } = await world.gateway.probe(upstream, candidate);
    return status < 500 ? null : `answered ${status}`;
  } catch (thrown) {
    world.log.warn({ err: thrown, upstream: upstream.id }, "a candidate could not be asked");
    return "did not answer";
  }
}

/** The run with its secrets in place, and with what a container that was taken over for it keeps. */
async function wholeRun({ database }: World, { facts: { pod, adoption } }: PodSnapshot, run: UnitRun): Promise<UnitRun> {
  return database.asSystem(async (store) => {
    const filled = withSecrets(run, await store.secrets.reveal(pod.id));
    const kept = adoption?.id.unit === run.id.unit ? await store.adoptions.kept(pod.id) : null;
    return kept ? { ...filled, kept } : filled;
  });
}

/** The run with its secrets in place; nothing else of it changes. */
function withSecrets(run: UnitRun, secrets: Record<string, string>): UnitRun {
  const fill = (text: string): string => renderSecrets(text, secrets);
  const table = (record: Record<string, string>) => Object.fromEntries(Object.entries(record).map(([key, value]) => [key, fill(value)]));
  return {
    ...run,
    entrypoint: run.entrypoint?.map(fill) ?? null,
    command: run.command?.map(fill) ?? null,
    env: table(run.env),
    local: run.local ? { ...run.local, argv: run.local.argv.map(fill), env: table(run.local.env) } : null,
  };
}

async function saveStatus(world: World, snapshot: PodSnapshot, lease: Lease, status: PodStatus): Promise<boolean> {
  const { pod } = snapshot.facts;
  return world.database.asSystem(async (store) => {
    if (!(await store.pods.saveStatus(pod.id, world.owner, lease.epoch, pod.generation, status))) return false;
    for (const event of statusEvents(pod, status)) await store.events.append({ ...event, tenantId: pod.tenantId });
    pod.status = status;
    return true;
  });
}

async function recordFailure(world: World, snapshot: PodSnapshot, lease: Lease, action: Action, error: AppError): Promise<void> {
  const id = "run" in action ? action.run.id : "id" in action ? action.id : null;
  const retry =
    error.code === "unavailable" ||
    error.code === "internal" ||
    (error.code === "conflict" && ["ensure-unit", "prepare-pod"].includes(action.kind));
  await noteFailure(world, snapshot, lease, id?.unit ?? "@pod", {
    revision: id?.revision ?? String(snapshot.facts.pod.generation),
    ...("run" in action && action.run.live !== undefined && { live: action.run.live }),
    runId: null,
    reason: error.code,
    message: sentence(error),
    fault: error.fault,
    retry,
  });
}

async function noteFailure(
  world: World,
  snapshot: PodSnapshot,
  lease: Lease,
  unit: string,
  failure: Parameters<typeof countFailure>[1],
): Promise<void> {
  lease.saving = lease.saving.then(() => {
    const { status } = snapshot.facts.pod;
    const failures = { ...status.failures, [unit]: countFailure(status.failures[unit] ?? null, failure, world.clock()) };
    return saveStatus(world, snapshot, lease, { ...status, failures });
  });
  await lease.saving;
}

/** The error's own sentence where it is meant for people; of an unforeseen one only that the log knows more. */
function sentence(error: AppError): string {
  if (error.code !== "internal") return error.message;
  return isDiskFull(error) ? "The disk is full: free some space." : "An internal error; the server's log has the cause.";
}

function isDiskFull(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (["ENOSPC", "EDQUOT"].includes((at as NodeJS.ErrnoException).code ?? "")) return true;
  }
  return false;
}

async function forget(world: World, { facts: { pod } }: PodSnapshot): Promise<void> {
  const gone = (type: string, message: string, podId: string | null): NewEvent => ({
    type,
    tenant: pod.tenant,
    pod: podId ? pod.name : null,
    podId,
    actor: "system",
    source: null,
    result: "ok",
    message,
    data: {},
  });
  await world.database.asSystem(async (store) => {
    await store.pods.forget(pod.id);
    await store.events.append({ ...gone("pod.deleted", `${pod.tenant}/${pod.name} is gone.`, pod.id), tenantId: pod.tenantId });
    const tenant = await store.tenants.find(pod.tenant);
    if (tenant?.state !== "deleting" || (await store.pods.list({ tenant: pod.tenant })).length > 0) return;
    await store.tenants.delete(tenant.id);
    await store.events.append({ ...gone("tenant.deleted", `${pod.tenant} is gone.`, null), tenantId: null });
  });
}
