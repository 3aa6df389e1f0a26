import { emailAddress } from "@agentpod/core/api/user-view";
import { AppError } from "@agentpod/core/errors";
import type { SignOnProvider } from "./sign-on-provider.ts";

export interface AccessEnvironment {
  signOn: SignOnProvider[];
  adminEmail: string;
}

type Env = Record<string, string | undefined>;

/** What the environment says of users: `AGENTPOD_ADMIN_EMAIL` and `AGENTPOD_OIDC_*`. Throws `invalid`. */
export function readAccess(env: Env): AccessEnvironment {
  const text = (name: string): string | null => env[name]?.trim() || null;
  const email = emailAddress.safeParse(text("AGENTPOD_ADMIN_EMAIL") ?? "admin@localhost");
  if (!email.success) throw new AppError("invalid", "AGENTPOD_ADMIN_EMAIL: expected an email address");
  const issuer = text("AGENTPOD_OIDC_ISSUER");
  const clientId = text("AGENTPOD_OIDC_CLIENT_ID");
  if ((issuer === null) !== (clientId === null))
    throw new AppError("invalid", "AGENTPOD_OIDC_ISSUER and AGENTPOD_OIDC_CLIENT_ID: expected both of them, or none");
  if (issuer === null || clientId === null) return { signOn: [], adminEmail: email.data };
  if (!/^https?:$/.test(URL.parse(issuer)?.protocol ?? ""))
    throw new AppError("invalid", "AGENTPOD_OIDC_ISSUER: expected an address such as https://login.example.com");
  const provider = {
    id: "oidc",
    name: text("AGENTPOD_OIDC_NAME") ?? new URL(issuer).hostname,
    issuer: issuer.replace(/\/$/, ""),
    clientId,
    clientSecret: text("AGENTPOD_OIDC_CLIENT_SECRET"),
  };
  return { signOn: [provider], adminEmail: email.data };
}
