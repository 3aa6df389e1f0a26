/** The one permission table. A token or role holds a set of these; `platform.*` ones are not tied to a tenant. */
export const permissions = [
  "tenant.read",
  "tenant.create",
  "tenant.delete",
  "pod.read",
  "pod.write",
  "pod.delete",
  "pod.exec",
  "pod.logs",
  "secret.reveal",
  "template.read",
  "template.write",
  "artifact.write",
  "domain.read",
  "domain.write",
  "certificate.write",
  "event.read",
  "token.manage",
  "platform.read",
  "platform.reconcile",
  "platform.gateway",
] as const;

export type Permission = (typeof permissions)[number];

const viewer: Permission[] = ["tenant.read", "pod.read", "pod.logs", "template.read", "domain.read", "event.read"];
const operator: Permission[] = [...viewer, "pod.write", "pod.delete", "pod.exec", "artifact.write", "domain.write", "certificate.write"];
const admin: Permission[] = [...operator, "template.write", "secret.reveal", "token.manage"];

/** Roles are shorthands. `platform` is the first admin: everything, in every tenant. */
export const roles = { viewer, operator, admin, platform: [...permissions] } as const satisfies Record<string, readonly Permission[]>;

export type Role = keyof typeof roles;

/** Who is asking: what the token says. `tenants: "*"` is every tenant. */
export interface Principal {
  /** For audit: `token:<id>` or `system`. */
  actor: string;
  tenants: "*" | readonly string[];
  permissions: ReadonlySet<Permission>;
}
