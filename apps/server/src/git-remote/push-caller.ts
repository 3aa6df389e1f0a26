import type { IncomingMessage } from "node:http";
import { AppError } from "@agentpod/core/errors";
import { name } from "@agentpod/core/name";
import type { Principal } from "@agentpod/core/permission";
import type { Database } from "@agentpod/core/store";
import type { Tenant } from "@agentpod/core/tenant";
import { narrowed, needs, requireAccess, requireIn } from "../auth/access.ts";
import type { Asked } from "../auth/asked.ts";
import type { Authenticate } from "../auth/authenticate.ts";
import { clientAddress } from "../auth/client-address.ts";
import { checkApplicationName } from "../routes/check-application-name.ts";

/** Who pushes, and where to. */
export interface PushCaller {
  who: Principal;
  /** The same, for tenants in which it may deploy. */
  principal: Principal;
  /** For looking again whether it still may. */
  asked: Asked;
  tenant: Tenant;
  application: string;
}

/**
 * Who asks git's way: the password of a login by name and password is an API token. Throws `unauthenticated`, `forbidden`, and
 * `not_found` alike for tenants that are not there and for those of others.
 */
export async function pushCaller(
  request: IncomingMessage,
  at: { tenant: string; application: string },
  authenticate: Authenticate,
  database: Database,
): Promise<PushCaller> {
  // A browser that remembers such a login would send it from any page; git is no browser.
  if (request.headers.origin !== undefined || request.headers["sec-fetch-site"] !== undefined)
    throw new AppError("forbidden", "this is for git; no page may ask it");
  const asked = askedBy(request);
  const { principal: who } = await authenticate(asked);
  const access = needs("pod.write");
  requireAccess(who, access);
  const principal = narrowed(who, access, at.tenant);
  for (const [what, given] of Object.entries(at))
    if (!name.safeParse(given).success) throw new AppError("not_found", `${what} is no name: ${JSON.stringify(given.slice(0, 60))}`);
  checkApplicationName(at.application);
  const tenant = await database.asTenants(principal.tenants, (store) => store.tenants.get(at.tenant));
  requireIn(who, "artifact.write", tenant);
  return { who, principal, asked, tenant, application: at.application };
}

function askedBy(request: IncomingMessage): Asked {
  const [scheme, encoded = ""] = (request.headers.authorization ?? "").split(" ");
  const login = scheme?.toLowerCase() === "basic" ? Buffer.from(encoded, "base64").toString("utf8") : "";
  const secret = login.slice(login.indexOf(":") + 1).trim();
  if (!/^ap_[\w-]{20,100}$/.test(secret))
    throw new AppError("unauthenticated", "log in with any user name, and an API token as the password (agentpod token create)");
  return {
    authorization: `Bearer ${secret}`,
    cookie: undefined,
    origin: undefined,
    host: request.headers.host,
    isChange: request.method === "POST",
    isHttps: false,
    client: clientAddress(request),
    userAgent: request.headers["user-agent"],
  };
}
