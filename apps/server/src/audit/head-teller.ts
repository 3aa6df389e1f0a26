import type { ChainHead } from "@agentpod/core/audit-chain";
import { AppError } from "@agentpod/core/errors";
import type { Database } from "@agentpod/core/store";
import type { OutboundGuard } from "../outbound/outbound-guard.ts";
import type { ExportedHead, HeadFile } from "./head-file.ts";
import { readAuditSettings } from "./read-audit-settings.ts";

export interface HeadTellerDeps {
  database: Database;
  heads: HeadFile;
  guard: Pick<OutboundGuard, "fetch">;
  installation: string;
  clock(): Date;
}

const hourMs = 3_600_000;
const retryMs = 60_000;

/** Tells heads of the chain to where who writes events has no hand: into the file, and to the webhook if there is one. */
export function headTeller({ database, heads, guard, installation, clock }: HeadTellerDeps): (head: ChainHead) => Promise<void> {
  let told: { seq: number; at: number } | null = null;
  let unsent: ExportedHead | null = null;
  let triedAt = Number.NEGATIVE_INFINITY;

  async function lastTold(): Promise<{ seq: number; at: number }> {
    const last = (await heads.read()).at(-1);
    return last === undefined ? { seq: 0, at: Number.NEGATIVE_INFINITY } : { seq: last.seq, at: Date.parse(last.at) };
  }

  async function send(url: string, head: ExportedHead): Promise<void> {
    const body = JSON.stringify({ type: "agentpod.audit.head", ...head });
    const { status } = await guard.fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
    if (status < 200 || status > 299) throw new AppError("unavailable", `The target of audit heads answered ${status}; it is tried again.`);
  }

  return async (head) => {
    const { headEvery, headWebhook } = await database.asSystem(readAuditSettings);
    told ??= await lastTold();
    const now = clock();
    if (head.seq > told.seq && (now.getTime() - told.at >= hourMs || head.seq - told.seq >= headEvery)) {
      unsent = { ...head, installation, at: now.toISOString() };
      await heads.append(unsent);
      told = { seq: head.seq, at: now.getTime() };
    }
    if (unsent === null || headWebhook === null || now.getTime() - triedAt < retryMs) return;
    triedAt = now.getTime();
    await send(headWebhook, unsent);
    unsent = null;
  };
}
