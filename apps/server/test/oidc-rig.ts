import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import Provider from "oidc-provider";

export interface OidcRig {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** Who is logged in at the provider. */
  person: { sub: string; email: string; email_verified: boolean; name: string };
  close(): Promise<void>;
}

/** A real OpenID Connect provider on loopback, which asks nobody anything: whoever comes is `person`. */
export async function oidcRig(redirectUri: string): Promise<OidcRig> {
  const server: Server = createServer((request, response) => void handler?.(request, response));
  let handler: ReturnType<Provider["callback"]> | null = null;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = { clientId: "agentpod", clientSecret: "the client's secret, long enough" };
  const person: OidcRig["person"] = { sub: "p-1", email: "pat@corp.example", email_verified: true, name: "Pat" };
  const provider = new Provider(issuer, {
    clients: [{ client_id: client.clientId, client_secret: client.clientSecret, redirect_uris: [redirectUri] }],
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
    // The claims are in the ID token too.
    conformIdTokenClaims: false,
    features: { devInteractions: { enabled: false } },
    findAccount: () => ({ accountId: person.sub, claims: () => ({ ...person }) }),
    cookies: { keys: ["provider cookies"] },
    interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
  });
  const callback = provider.callback();
  handler = async (request, response) => {
    if (!request.url?.startsWith("/interaction/")) return callback(request, response);
    const { prompt, params, session } = await provider.interactionDetails(request, response);
    if (prompt.name === "login") return provider.interactionFinished(request, response, { login: { accountId: person.sub } });
    const grant = new provider.Grant({ accountId: session?.accountId ?? person.sub, clientId: String(params.client_id) });
    grant.addOIDCScope("openid email profile");
    const grantId = await grant.save();
    return provider.interactionFinished(request, response, { consent: { grantId } }, { mergeWithLastSubmission: true });
  };
  return {
    issuer,
    ...client,
    person,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
