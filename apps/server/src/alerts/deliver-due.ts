import { deliveryRetry } from "@agentpod/core/alert-retry";
import type { AlertDelivery } from "@agentpod/core/alert-store";
import { toAppError } from "@agentpod/core/errors";
import type { Database } from "@agentpod/core/store";
import type { SendNotice } from "./send-notice.ts";

export interface DeliverDeps {
  database: Database;
  send: SendNotice;
  clock(): Date;
}

/** Longer than any attempt takes: whoever dies with a delivery in hand loses it to another. */
const leaseSeconds = 60;
const atOnce = 10;

/** Sends what is due, at most ten; gives how many were taken. What fails is tried again later, for half a day. */
export async function deliverDue({ database, send, clock }: DeliverDeps): Promise<number> {
  const due = await database.asSystem((store) => store.alerts.claimDue(clock(), leaseSeconds, atOnce));
  await Promise.all(due.map((delivery) => deliverOne({ database, send, clock }, delivery)));
  return due.length;
}

async function deliverOne(
  { database, send, clock }: DeliverDeps,
  { id, channelId, kind, language, notice, attempts }: AlertDelivery,
): Promise<void> {
  const error = await (async () => {
    try {
      const config = await database.asSystem((store) => store.alertChannels.reveal(channelId));
      await send({ kind, language, config }, notice, clock());
      return null;
    } catch (thrown) {
      return toAppError(thrown).message;
    }
  })();
  const now = clock();
  const wait = error === null ? null : deliveryRetry(attempts);
  const state = error === null ? "delivered" : wait === null ? "dead" : "queued";
  await database.asSystem((store) =>
    store.alerts.settle(id, { state, error: error ?? "", nextAt: new Date(now.getTime() + (wait ?? 0) * 1000) }, now),
  );
}
