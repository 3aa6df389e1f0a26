import type { Domain } from "@agentpod/core/domain";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** How long after the last look to look again, by how long a domain has been pending; after 30 days nobody is waiting any more. */
const pendingPace = [
  { until: 10 * minute, every: minute },
  { until: hour, every: 5 * minute },
  { until: day, every: 15 * minute },
  { until: 30 * day, every: hour },
];

/** When a domain is to be looked at next, in milliseconds since 1970; null: never again by itself. Verified ones daily; a trusted one has nothing to look at. */
export function nextDomainCheck(domain: Domain, now: Date): number | null {
  if (domain.method === "trusted") return null;
  const age = now.getTime() - Date.parse(domain.createdAt);
  const every = domain.state === "verified" ? day : (pendingPace.find(({ until }) => age < until)?.every ?? null);
  if (every === null) return null;
  return domain.checkedAt === null ? now.getTime() : Date.parse(domain.checkedAt) + every;
}
