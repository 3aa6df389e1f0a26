import { randomBytes } from "node:crypto";
import type { AccessSettings } from "@agentpod/core/api/access-settings-view";
import type { Database } from "@agentpod/core/store";
import type { AuthDatabase } from "@agentpod/db/open-auth-database";
import { readAccessSettings } from "../users/access-settings.ts";
import type { LoginLibrary } from "./login-library.ts";
import type { SignOnProvider } from "./sign-on-provider.ts";

/** The login library, loaded when somebody first needs it: an installation that is used by tokens alone never pays for it. */
export interface Logins {
  /** With cookies for HTTPS, or for plain HTTP. */
  library(isSecure: boolean): Promise<LoginLibrary>;
  signOn: readonly SignOnProvider[];
  /** Changes in what is asked of the database at once. */
  settings(): Promise<AccessSettings>;
}

export interface LoginsOptions {
  database: Pick<Database, "asSystem">;
  authDatabase: AuthDatabase;
  publicUrl: string;
  signOn: readonly SignOnProvider[];
}

export function logins({ database, authDatabase, publicUrl, signOn }: LoginsOptions): Logins {
  const settings = () => database.asSystem(readAccessSettings);
  const made = new Map<boolean, Promise<LoginLibrary>>();
  const make = async (isSecure: boolean): Promise<LoginLibrary> => {
    const [{ loginLibrary }, secret] = await Promise.all([
      import("./login-library.ts"),
      // Kept by the database under the master key, so that all control planes have one and it outlives a change of that key.
      database.asSystem((store) => store.platformSecrets.keep("login", randomBytes(32).toString("base64url"))),
    ]);
    return loginLibrary({ authDatabase, secret, publicUrl, isSecure, signOn, registration: async () => (await settings()).registration });
  };
  return {
    signOn,
    settings,
    library(isSecure) {
      const present = made.get(isSecure);
      if (present !== undefined) return present;
      const fresh = make(isSecure);
      made.set(isSecure, fresh);
      // What failed, for the database was away, is tried again by the next one.
      fresh.catch(() => made.delete(isSecure));
      return fresh;
    },
  };
}
