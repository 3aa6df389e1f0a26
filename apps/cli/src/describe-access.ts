import type { AccessSettings } from "@agentpod/core/api/access-settings-view";

const registrations: Record<AccessSettings["registration"], string> = {
  closed: "closed: users are created or invited",
  "sign-on": "open to who comes through the sign-on provider",
  open: "open to everybody",
};

/** Who may come in, in lines for people. */
export function describeAccess({ registration, guests }: AccessSettings): string {
  const lines = [`Registration  ${registrations[registration]}`];
  if (guests === null) return [...lines, "Guests        may do nothing"].join("\n");
  return [
    ...lines,
    `Guests        may deploy ${guests.templates.join(", ")} into tenant ${guests.tenant}`,
    `              for ${guests.ttlSeconds} s each, ${guests.perHour} an hour from one address`,
  ].join("\n");
}
