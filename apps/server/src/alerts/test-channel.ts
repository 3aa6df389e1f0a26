import { randomUUID } from "node:crypto";
import type { AlertChannel } from "@agentpod/core/alert";
import type { AppDeps } from "../app-deps.ts";

/** Sends a test notice to a channel, at once and once. Throws as sending does. */
export async function testChannel(
  { database, sendNotice, clock }: Pick<AppDeps, "database" | "sendNotice" | "clock">,
  channel: AlertChannel,
): Promise<void> {
  const config = await database.asSystem((store) => store.alertChannels.reveal(channel.id));
  const now = clock();
  const at = now.toISOString();
  const notice = {
    delivery: randomUUID(),
    phase: "test" as const,
    kind: null,
    rule: "test",
    tenant: channel.tenant,
    subject: channel.tenant ?? "AgentPod",
    message: "",
    since: at,
    at,
  };
  await sendNotice({ ...channel, config }, notice, now);
}
