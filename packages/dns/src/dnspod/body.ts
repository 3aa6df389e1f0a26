import type { TxtRecord } from "@agentpod/core/dns";
import { subdomainOf } from "../subdomain-of.ts";

// The id of the default line counts before its name, which the sites of the service give in different languages.
const everywhere = { RecordLine: "默认", RecordLineId: "0" };

/** Requests of DNSPod's API 2021-03-23. */
export const dnspodRequests = {
  // 600 s is the least that every edition of the service takes.
  addTxt: ({ zone, name, value }: TxtRecord) => ({
    Domain: zone,
    SubDomain: subdomainOf(name, zone),
    RecordType: "TXT",
    Value: value,
    TTL: 600,
    ...everywhere,
  }),
  listTxt: ({ zone, name }: Omit<TxtRecord, "value">) => ({
    Domain: zone,
    Subdomain: subdomainOf(name, zone),
    RecordType: "TXT",
    Limit: 3000,
  }),
  remove: (zone: string, recordId: number) => ({ Domain: zone, RecordId: recordId }),
  zone: (zone: string) => ({ Domain: zone }),
};
