import type { AgentPodEvent } from "@agentpod/core/event";
import type { Cli } from "./cli.ts";
import { printable } from "./format-values.ts";

export interface EventOptions {
  watch?: boolean;
  limit: number;
}

/** Events of the past, oldest first, then new ones while watching. */
export async function printEvents(cli: Cli, filter: { tenant?: string; pod?: string }, { watch, limit }: EventOptions): Promise<void> {
  const client = await cli.client();
  const past = (await client.events.list({ ...filter, limit })).reverse();
  if (!watch) {
    const rows = past.map((event) => [event.at, subject(event), event.type, event.result, printable(event.message)]);
    cli.out.table(past, { head: ["TIME", "ABOUT", "EVENT", "RESULT", "MESSAGE"], rows }, "Nothing has happened.");
    return;
  }
  const show = (event: AgentPodEvent) =>
    cli.out.line(event, printable(`${event.at}  ${subject(event)}  ${event.type}  ${event.result}  ${event.message}`));
  for (const event of past) show(event);
  const after = past.at(-1)?.cursor;
  for await (const event of client.events.watch({ ...filter, signal: cli.signal, ...(after === undefined ? {} : { after }) })) show(event);
}

function subject(event: AgentPodEvent): string {
  if (event.pod !== null) return `${event.tenant}/${event.pod}`;
  return event.tenant ?? "-";
}
