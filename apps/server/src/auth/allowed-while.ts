import { AppError } from "@agentpod/core/errors";
import type { Permission, Principal } from "@agentpod/core/permission";
import type { EventFeed } from "../routes/event-feed.ts";

/** Looks again whether somebody still may what they may now. */
export type LookAgain = () => Promise<Principal>;

/** Rights end by changes that are events; what ends by time alone is seen at the latest after this. */
const latestMs = 30_000;
/** Between two looks of one stream, however many events there are. */
const betweenMs = 1000;

/**
 * Watches over something long (a stream, a terminal) on behalf of its caller: calls `end` once the login or token has ended
 * or may no longer what it could at the start. Gives the way to stop watching.
 */
export function allowedWhile(feed: Pick<EventFeed, "subscribe">, atStart: Principal, lookAgain: LookAgain, end: () => void): () => void {
  const before = scopeOf(atStart);
  let timer: NodeJS.Timeout | null = null;
  let stopped = false;
  const stop = () => {
    if (stopped) return;
    stopped = true;
    unsubscribe();
    if (timer !== null) clearTimeout(timer);
  };
  const look = async () => {
    timer = null;
    const holds = await lookAgain().then(
      (principal) => scopeOf(principal) === before,
      // The database being away says nothing about anybody's rights.
      (error: unknown) => !(error instanceof AppError && ["unauthenticated", "forbidden"].includes(error.code)),
    );
    if (stopped) return;
    if (holds) plan(latestMs);
    else {
      stop();
      end();
    }
  };
  let dueAt = 0;
  const plan = (ms: number) => {
    if (stopped) return;
    const due = performance.now() + ms;
    if (timer !== null) {
      if (dueAt <= due) return;
      clearTimeout(timer);
    }
    dueAt = due;
    timer = setTimeout(() => void look(), ms);
    timer.unref();
  };
  const unsubscribe = feed.subscribe(() => plan(betweenMs));
  plan(latestMs);
  return stop;
}

/** What the principal sees and may, as text that is the same for the same. */
function scopeOf({ tenants, permissions, grants }: Principal): string {
  const list = (held: ReadonlySet<Permission>) => [...held].sort();
  return JSON.stringify([tenants, list(permissions), grants?.map((grant) => [grant.tenantId, list(grant.permissions)]) ?? null]);
}
