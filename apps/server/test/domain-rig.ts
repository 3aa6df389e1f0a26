import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import type { DnsWriter } from "@agentpod/core/dns";
import type { Domain } from "@agentpod/core/domain";
import { scratchDatabase } from "@agentpod/db/testing/scratch-database";
import { dnsWriter } from "@agentpod/dns/dns-writer";
import { type Knot, knotKey, startKnot } from "@agentpod/dns/testing/start-knot";
import { type DomainServices, domainServices } from "../src/domains/domain-services.ts";

export const zone = "example.test";

export interface DomainRig {
  scratch: Awaited<ReturnType<typeof scratchDatabase>>;
  knot: Knot;
  services: DomainServices;
  writer: DnsWriter;
  /** A pending domain of `acme` or `rivals`, with a token that is known beforehand. */
  add(name: string, token: string, tenant?: string): Promise<Domain>;
  get(name: string, tenant?: string): Promise<Domain>;
  close(): Promise<void>;
}

/** A real name server, a real database, and a web server at 127.0.0.1 that answers for every name which leads there. */
export async function domainRig(serverUrl: string, web: RequestListener): Promise<DomainRig> {
  const scratch = await scratchDatabase(serverUrl);
  const { database } = scratch;
  for (const name of ["acme", "rivals"]) await database.asSystem((store) => store.tenants.insert({ name, quota: {} }));
  const server = createServer(web).listen(0, "127.0.0.1");
  await once(server, "listening");
  const httpPort = (server.address() as AddressInfo).port;
  const knot = await startKnot({
    zones: {
      [zone]: [
        "_agentpod.wrong TXT agentpod-domain=0000",
        "_agentpod.among TXT v=spf1",
        "_agentpod.among TXT agentpod-domain=t-among",
        "_agentpod.among TXT other",
        '_agentpod.quoted TXT "\\"agentpod-domain=t-quoted\\""',
        "_agentpod.foreign TXT google-site-verification=abc",
        "_agentpod.circle CNAME _agentpod.circle2",
        "_agentpod.circle2 CNAME _agentpod.circle",
        "_agentpod.alias CNAME elsewhere",
        "elsewhere TXT agentpod-domain=t-alias",
        "_agentpod.xn--bcher-kva TXT agentpod-domain=t-idn",
        "*.wild TXT agentpod-domain=t-wild",
        "web A 127.0.0.1",
        "web2 A 127.0.0.1",
        "inside A 10.0.0.1",
        "mixed A 127.0.0.1",
        "mixed A 169.254.169.254",
        "rebound CNAME inside",
      ],
      "broken.test": null,
    },
  });
  const services = domainServices(
    { publicUrl: "http://127.0.0.1:3000", baseDomains: ["localhost"], dnsServers: [knot.server], outboundAllow: ["127.0.0.1"] },
    database,
    { httpPort },
  );
  const credentials = { server: knot.server, keyName: knotKey.name, secret: knotKey.secret };
  const get = (name: string, tenant = "acme") => database.asSystem((store) => store.domains.get(tenant, name));
  return {
    scratch,
    knot,
    services,
    writer: await dnsWriter("rfc2136", credentials),
    get,
    add: (name, token, tenant = "acme") =>
      database.asSystem(async (store) => store.domains.insert({ tenantId: (await store.tenants.get(tenant)).id, name, token })),
    close: async () => {
      server.close();
      server.closeAllConnections();
      await knot.stop();
      await scratch.drop();
    },
  };
}
