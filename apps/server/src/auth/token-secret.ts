import { createHash, randomBytes } from "node:crypto";

/** `ap_` and 32 random bytes in base64url: recognisable by secret scanners, and too long to guess. */
export function newTokenSecret(): string {
  return `ap_${randomBytes(32).toString("base64url")}`;
}

/** As a token, and as recognisable: whoever holds it may become a member once. */
export function newInvitationSecret(): string {
  return `api_${randomBytes(32).toString("base64url")}`;
}

/** As an invitation: whoever holds it is handed an agent, once. */
export function newHandOverSecret(): string {
  return `aph_${randomBytes(32).toString("base64url")}`;
}

/** As a hand-over: whoever holds it sees one agent's status, and resets its access. */
export function newCustomerSecret(): string {
  return `apc_${randomBytes(32).toString("base64url")}`;
}

/** What deliveries of a hook are signed with. */
export function newHookSecret(): string {
  return `aps_${randomBytes(32).toString("base64url")}`;
}

/** What is stored and looked up. A plain hash is enough for 256 random bits, and equal time matters not for a hashed lookup. */
export function hashToken(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}
