import type { PodRouteView, PolicyChanges } from "@agentpod/core/api/pod-route-view";

/** The common policies as a form has them: everything is text or a tick. */
export interface PolicyFields {
  https: "auto" | "redirect" | "both";
  compress: boolean;
  maintenance: boolean;
  maintenanceMessage: string;
  rate: string;
  ratePer: string;
  allow: string;
  deny: string;
  user: string;
  password: string;
  maxBodyMb: string;
}

const megabyte = 1_048_576;

export function fieldsOf(policies: PodRouteView["policies"]): PolicyFields {
  return {
    https: policies?.https ?? "auto",
    compress: policies?.compress ?? false,
    maintenance: policies?.maintenance !== undefined,
    maintenanceMessage: policies?.maintenance?.message ?? "",
    rate: policies?.rateLimit === undefined ? "" : String(policies.rateLimit.requests),
    ratePer: String(policies?.rateLimit?.perSeconds ?? 1),
    allow: (policies?.addresses?.allow ?? []).join("\n"),
    deny: (policies?.addresses?.deny ?? []).join("\n"),
    user: policies?.basicAuth?.users[0]?.name ?? "",
    password: "",
    maxBodyMb: policies?.maxBodyBytes === undefined ? "" : String(policies.maxBodyBytes / megabyte),
  };
}

const list = (text: string): string[] => text.split(/[\s,]+/).filter(Boolean);

/** What is to change: policies that the form holds as they were are not named, emptied ones are null. */
export function changesOf(before: PolicyFields, now: PolicyFields, policies: PodRouteView["policies"]): PolicyChanges {
  const changed = (...names: (keyof PolicyFields)[]): boolean => names.some((name) => before[name] !== now[name]);
  const changes: PolicyChanges = {};
  if (changed("https")) changes.https = now.https;
  if (changed("compress")) changes.compress = now.compress;
  if (changed("maintenance", "maintenanceMessage"))
    changes.maintenance = now.maintenance ? { ...policies?.maintenance, message: now.maintenanceMessage } : null;
  if (changed("rate", "ratePer"))
    changes.rateLimit = now.rate === "" ? null : { ...policies?.rateLimit, requests: Number(now.rate), perSeconds: Number(now.ratePer) };
  if (changed("allow", "deny"))
    changes.addresses = now.allow.trim() + now.deny.trim() === "" ? null : { allow: list(now.allow), deny: list(now.deny) };
  if (changed("user", "password")) changes.basicAuth = now.user === "" ? null : { ...realm(policies), users: users(now, policies) };
  if (changed("maxBodyMb")) changes.maxBodyBytes = now.maxBodyMb === "" ? null : Math.round(Number(now.maxBodyMb) * megabyte);
  return changes;
}

const realm = (policies: PodRouteView["policies"]) => (policies?.basicAuth === undefined ? {} : { realm: policies.basicAuth.realm });

/** The form shows the first user; the others stay, with the passwords they have. */
function users({ user, password }: PolicyFields, policies: PodRouteView["policies"]): { name: string; password?: string }[] {
  const others = (policies?.basicAuth?.users ?? []).slice(1).map(({ name }) => ({ name }));
  return [{ name: user, ...(password === "" ? {} : { password }) }, ...others.filter(({ name }) => name !== user)];
}
