import { setTimeout as delay } from "node:timers/promises";
import type { CertificateSnapshot } from "@agentpod/core/certificate-want";
import { toAppError } from "@agentpod/core/errors";
import { type CertificateAction, planCertificates } from "@agentpod/core/plan-certificates";
import { getDomain } from "tldts";
import { domainChallenges } from "../domains/domain-challenges.ts";
import { workQueue } from "../reconciler/work-queue.ts";
import { acmeAccounts } from "./acme-account.ts";
import { applyCertificates } from "./apply-certificates.ts";
import { certificateSnapshot } from "./certificate-snapshot.ts";
import type { CertifierWorld } from "./certifier-world.ts";
import { challengeBoard } from "./challenge-board.ts";
import { orderOne } from "./order-one.ts";
import { certificatePush } from "./push-certificates.ts";
import { stapleRefresh } from "./refresh-staples.ts";
import { localAuthority } from "./sign-local.ts";
import { warnExpiring } from "./warn-expiring.ts";

export interface Certifier {
  stop(): Promise<void>;
}

const sweepMs = 60_000;
/**
 * Many changes at once are one pass: the first sees to a new host at once, the next looks at all that the pod's start has
 * changed since.
 */
const pauseMs = 1000;
/** After a pass that failed. */
const againMs = 2000;
const ordersAtOnce = 10;
/** Another control plane is at it. */
const othersMs = 5000;

type OrderAction = Extract<CertificateAction, { kind: "order" }>;

/** Starts the loop that gets, renews and hands out certificates: woken by the database, the gateway, time and a sweep. */
export function startCertifier(world: CertifierWorld): Certifier {
  const abort = new AbortController();
  const { signal } = abort;
  const board = challengeBoard(world.gateway);
  const ordering = { world, board, accounts: acmeAccounts(world) };
  const push = certificatePush(world);
  const staple = stapleRefresh(world);
  const planned = new Map<string, { action: OrderAction; snapshot: CertificateSnapshot }>();
  let trouble = "";
  let { promise: woken, resolve: wake } = Promise.withResolvers<void>();

  const orders = workQueue(ordersAtOnce, async (id) => {
    const order = planned.get(id);
    const seen = order?.snapshot.certificates.find((certificate) => certificate.id === id);
    let againInMs = 0;
    try {
      const isOurs = !order || !seen || (await orderOne(ordering, order.action, seen, signal));
      if (!isOurs) againInMs = othersMs;
    } catch (error) {
      againInMs = 1000;
      if (!signal.aborted) world.log.error({ err: error, certificate: id }, "an order broke off; trying again");
    }
    void pauseFor(againInMs, signal).then(() => {
      planned.delete(id);
      wake();
    });
  });

  /** Gives when to look again, in milliseconds. */
  const pass = async (): Promise<number> => {
    const authority = await localAuthority(world);
    let snapshot = await certificateSnapshot(world, authority.certificate);
    const told = await settled(board.setTokens(domainChallenges(snapshot.domains)));
    if (world.settings.httpsPort === null) return ifAll([told], sweepMs);
    const { actions, wakeInMs } = planCertificates(snapshot, registeredDomain, world.clock());
    for (const action of actions) {
      if (action.kind !== "order" || planned.has(action.id)) continue;
      planned.set(action.id, { action, snapshot });
      orders.add(action.id);
    }
    if (await applyCertificates(world, authority, snapshot, actions)) snapshot = await certificateSnapshot(world, authority.certificate);
    const pushed = await settled(push(snapshot));
    await warnExpiring(world, snapshot.certificates);
    await staple(snapshot.certificates, signal);
    return ifAll([told, pushed], Math.min(sweepMs, wakeInMs ?? sweepMs));
  };
  const loop = async (): Promise<void> => {
    while (!signal.aborted) {
      ({ promise: woken, resolve: wake } = Promise.withResolvers<void>());
      const began = performance.now();
      const next = await pass().then(
        (inMs) => {
          trouble = "";
          return inMs;
        },
        (error) => {
          const { message } = toAppError(error);
          // A gateway that is away for an hour is told of once.
          if (!signal.aborted && message !== trouble) world.log.warn({ err: error }, "certificates could not be seen to; trying again");
          trouble = message;
          return againMs;
        },
      );
      // A pass over many certificates leaves room for other work.
      await pauseFor(Math.max(pauseMs, (performance.now() - began) * 3), signal);
      await Promise.race([woken, pauseFor(next, signal)]);
    }
  };
  const loops = [
    loop(),
    forever(signal, async () => {
      for await (const _ of world.database.listen("certificates", signal, () => wake())) wake();
    }),
    forever(signal, async () => {
      // A gateway that begins anew knows no challenges, and maybe no certificates.
      await board.again();
      wake();
      try {
        for await (const _ of world.gateway.watch(signal));
      } finally {
        board.noteAbsence();
      }
    }),
  ];
  return {
    async stop() {
      abort.abort();
      wake();
      await orders.stop();
      await Promise.all(loops);
    },
  };
}

/** An error that must not keep the rest of a pass from being done. */
const settled = (work: Promise<void>): Promise<unknown> =>
  work.then(
    () => null,
    (error: unknown) => error ?? new Error("failed"),
  );

/** Throws the first error. */
function ifAll<T>(errors: readonly unknown[], value: T): T {
  for (const error of errors) if (error !== null) throw error;
  return value;
}

/** As authorities count: the public suffix and one label. */
const registeredDomain = (host: string): string => getDomain(host, { allowPrivateDomains: true }) ?? host;

async function pauseFor(milliseconds: number, signal: AbortSignal): Promise<void> {
  await delay(milliseconds, undefined, { signal, ref: false }).catch(() => undefined);
}

/** Follows a source of wake-ups; when it breaks, begins again. */
async function forever(signal: AbortSignal, follow: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    await follow().catch(() => undefined);
    await pauseFor(500, signal);
  }
}
