import acme from "acme-client";
import { type Conversation, converse } from "./transport.ts";

/** Whom to ask, and as whom. */
export interface Authority {
  directory: string;
  /** Contact; null: none is given. */
  email: string | null;
  eab: { kid: string; hmacKey: string } | null;
}

export interface Account {
  /** PEM, PKCS #8. */
  key: string;
  /** Null: not yet known to the authority. */
  url: string | null;
}

/** A fresh account key, ECDSA P-256. */
export async function newAccountKey(): Promise<string> {
  return (await acme.crypto.createPrivateEcdsaKey("P-256")).toString();
}

/** The account's URL at the authority, registered where it was not: the same key again gives the same. Agrees to the authority's terms. */
export function openAccount(authority: Authority, key: string, bounds: Conversation): Promise<string> {
  return converse(bounds, async () => {
    const client = clientOf(authority, { key, url: null });
    await client.createAccount({
      termsOfServiceAgreed: true,
      ...(authority.email !== null && { contact: [`mailto:${authority.email}`] }),
    });
    return client.getAccountUrl();
  });
}

/** Names by which CAA records may call the authority; empty: it names none. Throws as any conversation: tells whether it answers. */
export function caaIdentities(directory: string, bounds: Conversation): Promise<string[]> {
  return converse(bounds, async () => {
    const { data } = await acme.axios.get<{ meta?: { caaIdentities?: unknown } }>(directory);
    const named = data.meta?.caaIdentities;
    return Array.isArray(named) ? named.map((name) => String(name).toLowerCase()) : [];
  });
}

/** Within a conversation. */
export function clientOf({ directory, eab }: Authority, { key, url }: Account): acme.Client {
  return new acme.Client({
    directoryUrl: directory,
    accountKey: key,
    ...(url !== null && { accountUrl: url }),
    ...(eab && { externalAccountBinding: eab }),
  });
}
