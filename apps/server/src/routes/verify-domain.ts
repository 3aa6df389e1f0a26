import type { Domain, DomainMethod } from "@agentpod/core/domain";
import { AppError } from "@agentpod/core/errors";
import type { AppDeps } from "../app-deps.ts";
import { needs, requireAccess, requirePlatform } from "../auth/access.ts";
import { noteDomain } from "./note-domain.ts";
import type { Call } from "./route.ts";

type Asked = Pick<Call, "principal" | "change"> & { deps: Pick<AppDeps, "checkDomain"> };

/**
 * Looks at what is published and writes down what was found. A domain that is verified stays so, and what DNS has shown is
 * not narrowed to what HTTP shows. `asked` undefined: any proof will do. Throws `forbidden` for `trusted` by others than
 * the installation's admin.
 */
export async function verifyDomain({ deps, principal, change }: Asked, domain: Domain, asked: DomainMethod | undefined): Promise<Domain> {
  const { method, message } = asked === "trusted" ? trusted(principal) : accepted(await deps.checkDomain(domain), asked);
  return change(async (store, note) => {
    const now = await store.domains.get(domain.tenant, domain.name);
    if (now.id !== domain.id)
      throw new AppError("conflict", `domain ${domain.name} was removed and added again meanwhile; look again and retry`);
    if (method === null) {
      await store.domains.noteCheck(now.id, message);
      note(
        noteDomain(now, `domain ${now.name} is not shown to be ${now.tenant}'s: ${message}`, { type: "domain.refused", result: "refused" }),
      );
      return store.domains.get(now.tenant, now.name);
    }
    const isNarrower = now.state === "verified" && method === "http";
    const verified = await store.domains.markVerified(now.id, isNarrower && now.method !== null ? now.method : method);
    note(noteDomain(verified, `domain ${verified.name} of ${verified.tenant} verified by ${verified.method}`));
    return verified;
  });
}

function trusted(principal: Call["principal"]): { method: DomainMethod; message: string } {
  requireAccess(principal, needs("platform.gateway"));
  requirePlatform(principal, "trusting a domain without a proof");
  return { method: "trusted", message: "" };
}

/** DNS shows all that HTTP shows, and not the other way round. */
function accepted(found: Awaited<ReturnType<AppDeps["checkDomain"]>>, asked: "dns" | "http" | undefined): typeof found {
  if (asked === "dns" && found.method === "http")
    return { method: null, message: "The token was found over HTTP, but not in DNS: publish the TXT record, or verify by http." };
  return found;
}
