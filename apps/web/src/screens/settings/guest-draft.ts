import type { GuestPolicy } from "@agentpod/core/api/access-settings-view";

/** What is in the form's fields, as typed. */
export interface GuestDraft {
  tenant: string;
  templates: string[];
  minutes: string;
  perHour: string;
}

/** The policy as it is, or what a new one begins with. */
export const firstGuests = (policy: GuestPolicy | null): GuestDraft => ({
  tenant: policy?.tenant ?? "",
  templates: policy?.templates ?? [],
  minutes: String((policy?.ttlSeconds ?? 3600) / 60),
  perHour: String(policy?.perHour ?? 3),
});

/** As the API takes it; a number that is none goes as typed would, and the API says so. */
export const guestsOf = ({ tenant, templates, minutes, perHour }: GuestDraft): GuestPolicy => ({
  tenant,
  templates,
  ttlSeconds: minutes.trim() === "" ? Number.NaN : Math.round(Number(minutes) * 60),
  perHour: perHour.trim() === "" ? Number.NaN : Number(perHour),
});
