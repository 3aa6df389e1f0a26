import pg from "pg";
import { type ConnectionTarget, type Login, loginConfig } from "./connection-config.ts";

/**
 * After a restore on another server the events carry transaction ids that there still lie ahead, and readers would wait for
 * them forever: such events are given transaction 0. Ids stay, so the order does, and a reader's old cursor is understood.
 */
export async function rebaseEvents(owner: pg.Client, target: ConnectionTarget, system: Login): Promise<void> {
  // Asked as the system role: forced row-level security shows the owner nothing.
  const client = new pg.Client(loginConfig(target, system, "agentpod migrate"));
  client.on("error", () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query("select max(xid) >= pg_snapshot_xmax(pg_current_snapshot()) as ahead from agentpod.events");
    if (!rows[0].ahead) return;
  } finally {
    await client.end();
  }
  await owner.query(`begin;
    alter table agentpod.events no force row level security;
    update agentpod.events set xid = '0' where xid >= pg_snapshot_xmax(pg_current_snapshot());
    alter table agentpod.events force row level security;
    commit`);
}
