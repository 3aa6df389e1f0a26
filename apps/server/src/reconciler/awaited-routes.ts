import { toAppError } from "@agentpod/core/errors";
import { refuseWake, wakePod } from "./wake-pods.ts";
import type { World } from "./world.ts";

export interface AwaitedRoutes {
  /** A request waits at this route. */
  hear(route: string): void;
  /** Resolves when what was begun has ended; nothing more is begun. */
  stop(): Promise<void>;
}

const againMs = 1000;
/** So long a refused route says why before the next request may ask again. */
const refusedMs = 5000;
/** A refusal is told in the event log when it is new, and then once in a while: requests come as often as they like. */
const tellAgainMs = 600_000;

/** Sees to those who wait at routes. `look` has a pod looked at soon, or later; `lookAtAll` is for a route that is gone. */
export function awaitedRoutes(world: World, look: (pod: string, inMs: number) => void, lookAtAll: () => void): AwaitedRoutes {
  const running = new Map<string, Promise<void>>();
  const again = new Set<string>();
  const told = new Map<string, { message: string; at: number }>();
  let isStopped = false;

  const answer = async (route: string): Promise<void> => {
    const awaited = await wakePod(world, route);
    if (awaited.kind === "gone") return lookAtAll();
    if (awaited.kind === "coming") {
      told.delete(route);
      return look(awaited.pod, 0);
    }
    const before = told.get(route);
    const isNews = before?.message !== awaited.message || world.clock().getTime() - before.at > tellAgainMs;
    if (isNews) told.set(route, { message: awaited.message, at: world.clock().getTime() });
    await refuseWake(world, route, awaited.pod, awaited.message, isNews);
    look(awaited.pod, refusedMs);
  };
  const hear = (route: string): void => {
    if (isStopped) return;
    if (running.has(route)) {
      again.add(route);
      return;
    }
    const run = answer(route)
      .catch((error: unknown) => {
        if (isStopped) return;
        // Somebody else changed the pod at the same time: what it is to be now is there to be read.
        if (toAppError(error).code === "conflict") return void again.add(route);
        world.log.warn({ err: error, route }, "a pod could not be woken; trying again");
        setTimeout(hear, againMs, route).unref();
      })
      .then(() => {
        running.delete(route);
        if (again.delete(route)) hear(route);
      });
    running.set(route, run);
  };
  return {
    hear,
    async stop() {
      isStopped = true;
      await Promise.all(running.values());
    },
  };
}
