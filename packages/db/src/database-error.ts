import { AppError } from "@agentpod/core/errors";
import { DrizzleQueryError } from "drizzle-orm/errors";

const conflicts: Record<string, string> = {
  tenants_name_unique: "A tenant of this name already exists: choose another name.",
  pods_tenant_name: "A pod of this name already exists in the tenant: choose another name.",
  pods_pkey: "A pod with this id already exists.",
  pods_tenant_id_tenants_id_fk: "The tenant still has pods, or is gone: delete its pods first.",
  pods_server_servers_name_fk: "The server is not known: register it first.",
  allocations_purpose: "The pod already holds a value for this purpose: release that first.",
  domains_tenant_name: "The tenant has this domain already.",
  domains_verified_name: "This domain is verified for another tenant of this installation: remove it there first.",
  domains_apart: "This domain, or one above or below it, is verified for another tenant of this installation: remove that there first.",
  dns_providers_tenant_name: "A DNS provider of this name already exists: choose another name.",
  alert_channels_tenant_name: "An alert channel of this name already exists: choose another name.",
  alert_rules_tenant_name: "An alert rule of this name already exists: choose another name.",
  llm_providers_tenant_name: "An LLM provider of this name already exists: choose another name.",
  llm_keys_tenant_name: "An LLM key of this name already holds: revoke it first, or choose another name.",
  users_email: "A user with this email address already exists.",
  memberships_pkey: "This user is a member of the tenant already.",
  memberships_user_id_users_id_fk: "There is no such user.",
  operation_pods_active:
    "Another operation is under way with one of these pods: wait until it has ended, or cancel it (agentpod operation list).",
  tokens_secret_hash_unique: "This token exists already.",
};

const unreachable = new Set([
  "ECONNREFUSED",
  "ENOENT",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
]);
const lostConnection = /connection terminated|not queryable|client was closed|timeout expired/i;

/** What pg's pool says when all its connections stayed in use; one that could not be made gives another error. */
const poolIsBusy = /^timeout exceeded when trying to connect$/;

/** Any error of pg or Drizzle as an AppError; an AppError passes unchanged. Query parameters never come along: they may be secrets. */
export function databaseError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const error = (thrown instanceof DrizzleQueryError ? thrown.cause : thrown) as Error & { code?: string; constraint?: string };
  const code = typeof error?.code === "string" ? error.code : "";
  const message = error instanceof Error ? error.message : "";
  const fail = (kind: ConstructorParameters<typeof AppError>[0], sentence: string) => new AppError(kind, sentence, { cause: plain(error) });

  if (code === "23505" || code === "23503") {
    return fail(
      "conflict",
      conflicts[error.constraint ?? ""] ?? `The change contradicts what is stored (${error.constraint ?? "unique"}): look again and retry.`,
    );
  }
  if (code === "42501") return fail("forbidden", "This is not allowed for the tenant.");
  if (code.startsWith("22")) return fail("invalid", "A value cannot be stored: check ids and numbers, and leave out NUL characters.");
  if (code.startsWith("28"))
    return fail("unavailable", "The database refuses AgentPod's roles: all control planes of one database need the same master key.");
  if (code === "3D000") return fail("unavailable", "The database does not exist: create it, or correct DATABASE_URL.");
  if (code === "53100") return fail("unavailable", "The database's disk is full: free some space.");
  if (code === "57014") return fail("unavailable", "The database took too long: try again.");
  if (code === "40P01" || code === "40001" || code === "55P03")
    return fail("unavailable", "The database is busy with the same rows: try again.");
  if (code === "42P01" || code === "3F000")
    return fail("unavailable", "The database has not been migrated yet: start AgentPod with its owner's URL.");
  if (poolIsBusy.test(message)) return fail("unavailable", "Too much is asked of the database at once: try again in a moment.");
  if (unreachable.has(code) || /^(08|53|57P)/.test(code) || lostConnection.test(message)) {
    return fail("unavailable", "The database does not answer: see that it runs and can be reached.");
  }
  return fail("internal", `The database refused a statement${code === "" ? "" : ` (${code})`}: ${message}`);
}

/** The error without PostgreSQL's `detail` and `where`, which may repeat a row's values; of a refused value not even the message. */
function plain(error: unknown): unknown {
  if (!(error instanceof Error)) return undefined;
  const { code, constraint, table } = error as { code?: string; constraint?: string; table?: string };
  if (code?.startsWith("22")) return Object.assign(new Error("a value was refused"), { code });
  return Object.assign(new Error(error.message), { name: error.name, stack: error.stack, code, constraint, table });
}
