import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import type { AddressAdvice } from "@agentpod/core/api/domain-view";
import type { Domain } from "@agentpod/core/domain";
import { toAppError } from "@agentpod/core/errors";
import type { Database } from "@agentpod/core/store";
import type { Log } from "../app-deps.ts";
import type { DomainFinding } from "./check-domain.ts";
import { nextDomainCheck } from "./next-domain-check.ts";
import { noteFinding } from "./note-finding.ts";

export interface DomainCheckerDeps {
  database: Database;
  checkDomain(domain: Domain): Promise<DomainFinding>;
  addressAdvice(host: string): Promise<AddressAdvice>;
  clock(): Date;
  log: Log;
}

/** Looks at domains in the background: pending ones often at first, verified ones daily. Two control planes may both run one. */
export interface DomainChecker {
  /** Looks at all that are due; resolves when each was. */
  sweep(): Promise<void>;
  /** Ends at once; looks under way are dropped. */
  stop(): Promise<void>;
}

const sweepMs = 60_000;
/** Looks wait for other people's servers. */
const atOnce = 8;

export function startDomainChecker(deps: DomainCheckerDeps): DomainChecker {
  const { database, clock, log } = deps;
  const abort = new AbortController();
  const { signal } = abort;

  const stopped = once(signal, "abort").then(() => null);
  const check = async (domain: Domain): Promise<void> => {
    // Other people's servers may take long to answer; stopping does not wait for them.
    const finding = await Promise.race([deps.checkDomain(domain), stopped]);
    if (finding === null) return;
    // Where it points matters for those only whose token is gone.
    const advice =
      finding.method === null && domain.state === "verified" ? await Promise.race([deps.addressAdvice(domain.name), stopped]) : null;
    if (signal.aborted) return;
    try {
      await database.asSystem((store) => noteFinding(store, domain, finding, advice?.pointsHere ?? null, clock()));
    } catch (thrown) {
      const { code, message } = toAppError(thrown);
      if (code !== "conflict") throw thrown;
      // Somebody else has it verified: what its tenant is told, until that ends.
      await database.asSystem((store) => store.domains.noteCheck(domain.id, message));
    }
  };
  const sweepAll = async (): Promise<void> => {
    const now = clock();
    const due = (await database.asSystem((store) => store.domains.list({}))).filter(
      (domain) => (nextDomainCheck(domain, now) ?? Number.POSITIVE_INFINITY) <= now.getTime(),
    );
    const next = due.values();
    const work = async (): Promise<void> => {
      for (const domain of next) {
        if (signal.aborted) return;
        await check(domain).catch((error) =>
          log.warn({ err: error, domain: domain.name }, "a domain could not be looked at; it is tried again"),
        );
      }
    };
    await Promise.all(Array.from({ length: Math.min(atOnce, due.length) }, work));
  };
  let sweeping: Promise<void> | null = null;
  let isStale = false;
  /** A call during a sweep makes another follow it: the first may have looked before what the caller knows of. */
  const sweep = (): Promise<void> => {
    isStale = true;
    sweeping ??= untilFresh().finally(() => {
      sweeping = null;
    });
    return sweeping;
  };
  const untilFresh = async (): Promise<void> => {
    while (isStale && !signal.aborted) {
      isStale = false;
      await sweepAll().catch((error) => log.warn({ err: error }, "domains could not be looked at; the next sweep is due"));
    }
  };

  const loops = [
    (async () => {
      while (!signal.aborted) {
        await sweep();
        await delay(sweepMs, undefined, { signal, ref: false }).catch(() => undefined);
      }
    })(),
    (async () => {
      while (!signal.aborted) {
        try {
          for await (const _ of database.listen("certificates", signal, () => void sweep())) void sweep();
        } catch (error) {
          if (!signal.aborted) log.warn({ err: error }, "notifications about domains broke off; reconnecting");
        }
        await delay(1000, undefined, { signal, ref: false }).catch(() => undefined);
      }
    })(),
  ];
  return {
    sweep,
    async stop() {
      abort.abort();
      await Promise.all([...loops, sweeping]);
    },
  };
}
