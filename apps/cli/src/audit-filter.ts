import type { EventFilter } from "@agentpod/core/store";
import type { Command } from "commander";
import { parseSince } from "./parse-since.ts";
import { parsePodName } from "./pod-name.ts";

export interface FilterOptions {
  tenant?: string;
  pod?: string;
  actor?: string;
  type?: string;
  source?: string;
  result?: NonNullable<EventFilter["result"]>;
  since?: string;
  until?: string;
  text?: string;
}

/** Adds the options by which events are picked. */
export const filterOptions = (command: Command): Command =>
  command
    .option("--tenant <tenant>", "of this tenant alone")
    .option("--pod <tenant/pod>", "of this pod alone")
    .option("--actor <actor>", "done by, such as user:<id>, token:<id>, system")
    .option("--type <type>", "such as pod.created, or pod.* for all of a kind")
    .option("--source <address>", "asked for from this address")
    .option("--result <result>", "ok, refused or failed")
    .option("--since <time>", "from then on: 10m, 2h, 7d, or a time")
    .option("--until <time>", "up to then: 10m, 2h, 7d ago, or a time")
    .option("--text <text>", "with these words in the message");

/** Throws `invalid`. */
export function parseFilter(options: FilterOptions, now: Date): EventFilter {
  const { tenant, pod, since, until, actor, type, source, result, text } = options;
  const named = pod === undefined ? { tenant } : parsePodName(pod);
  const filter = {
    ...named,
    actor,
    type,
    source,
    result,
    text,
    from: since === undefined ? undefined : parseSince(since, now),
    to: until === undefined ? undefined : parseSince(until, now),
  };
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
}
