import type { AgentPodEvent } from "@agentpod/core/event";
import type { EventFilter } from "@agentpod/core/store";

/** What is in the fields, as typed; empty: not asked for. Times are of the reader's clock, as `datetime-local` gives them. */
export interface FilterFields {
  text: string;
  who: string;
  action: string;
  tenant: string;
  result: string;
  from: string;
  to: string;
}

export const fieldNames = ["text", "who", "action", "tenant", "result", "from", "to"] as const satisfies (keyof FilterFields)[];

/** The fields as the API takes them. `actors`: ids of people by what they are called. What is no time is left out. */
export function filterOf(fields: FilterFields, actors: ReadonlyMap<string, string>): EventFilter {
  const time = (local: string): string => {
    const date = new Date(local);
    return Number.isNaN(date.getTime()) ? "" : date.toISOString();
  };
  const who = fields.who.trim();
  const filter = {
    text: fields.text.trim(),
    actor: actors.get(who.toLowerCase()) ?? who,
    type: fields.action.trim(),
    tenant: fields.tenant,
    result: fields.result,
    from: time(fields.from),
    to: time(fields.to),
  };
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== ""));
}

/** Whether an event is one of those that the API would give for a filter. */
export function fits(event: AgentPodEvent, { text, actor, type, tenant, result, from, to }: EventFilter): boolean {
  const isType = type === undefined || (type.endsWith("*") ? event.type.startsWith(type.slice(0, -1)) : event.type === type);
  return (
    isType &&
    (tenant === undefined || event.tenant === tenant) &&
    (actor === undefined || event.actor === actor) &&
    (result === undefined || event.result === result) &&
    (from === undefined || event.at >= from) &&
    (to === undefined || event.at < to) &&
    (text === undefined || event.message.toLowerCase().includes(text.toLowerCase()))
  );
}

/** Whether a cursor is of something later: by its transaction, then by its number. */
export function isLater(cursor: string, than: string): boolean {
  const [xid, id] = cursor.split("-").map(BigInt) as [bigint, bigint];
  const [otherXid, otherId] = than.split("-").map(BigInt) as [bigint, bigint];
  return xid === otherXid ? id > otherId : xid > otherXid;
}
