import type { Account } from "@agentpod/acme/open-account";
import type { Conversation } from "@agentpod/acme/transport";
import type { CertifierWorld } from "./certifier-world.ts";

/** The installation's account at the authority that is set, registered where it was not. `isForgotten`: the authority says that it does not know it. */
export type AcmeAccounts = (bounds: Conversation, isForgotten?: boolean) => Promise<Account>;

export function acmeAccounts({ database, settings }: CertifierWorld): AcmeAccounts {
  let opening: Promise<Account> | null = null;
  const open = async (bounds: Conversation, isForgotten: boolean): Promise<Account> => {
    const { directory, email, eab } = settings.acme;
    if (directory === null) throw new Error("no authority is set");
    const { newAccountKey, openAccount } = await import("@agentpod/acme/open-account");
    const kept = await database.asSystem(async (store) => {
      const found = await store.acme.account(directory);
      if (found) return found;
      // The key before its first use: an account whose key was lost could never be used again.
      await store.acme.saveAccount(directory, { key: await newAccountKey(), url: null });
      return store.acme.account(directory);
    });
    if (!kept) throw new Error("the account was not kept");
    if (kept.url !== null && !isForgotten) return kept;
    const account = { key: kept.key, url: await openAccount({ directory, email, eab }, kept.key, bounds) };
    await database.asSystem((store) => store.acme.saveAccount(directory, account));
    return account;
  };
  return (bounds, isForgotten = false) => {
    // Fifty orders at once register one account.
    opening ??= open(bounds, isForgotten).finally(() => {
      opening = null;
    });
    return opening;
  };
}
