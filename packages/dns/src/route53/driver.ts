import type { DnsWriter, TxtRecord } from "@agentpod/core/dns";
import { AppError } from "@agentpod/core/errors";
import {
  ChangeResourceRecordSetsCommand,
  InvalidChangeBatch,
  ListHostedZonesByNameCommand,
  ListResourceRecordSetsCommand,
  type ResourceRecordSet,
  Route53Client,
} from "@aws-sdk/client-route-53";
import type { CredentialsOf } from "../provider-kinds.ts";
import type { WriterOptions } from "../writer-options.ts";
import { txtChange } from "./body.ts";

/** How often a set that somebody else changes at the same time is read anew. */
const rounds = 5;

export function route53Writer(credentials: CredentialsOf<"route53">, options: WriterOptions = {}): DnsWriter {
  const client = new Route53Client({
    region: "us-east-1",
    credentials: { ...credentials },
    maxAttempts: 1,
    requestHandler: { connectionTimeout: 10_000, requestTimeout: 15_000 },
    ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
  });
  const zoneId = async (zone: string): Promise<string> => {
    const { HostedZones = [] } = await call(client.send(new ListHostedZonesByNameCommand({ DNSName: zone, MaxItems: 10 })));
    const found = HostedZones.find((one) => one.Name === `${zone}.` && !one.Config?.PrivateZone)?.Id;
    if (found !== undefined) return found.replace(/^\/hostedzone\//, "");
    throw new AppError("invalid", `Route 53 has no public hosted zone ${zone} in this account: check the zone's name.`);
  };
  const setOf = async (id: string, name: string): Promise<ResourceRecordSet | null> => {
    const wanted = { HostedZoneId: id, StartRecordName: `${name}.`, StartRecordType: "TXT" as const, MaxItems: 1 };
    const { ResourceRecordSets = [] } = await call(client.send(new ListResourceRecordSetsCommand(wanted)));
    return ResourceRecordSets.find((set) => set.Type === "TXT" && set.Name?.toLowerCase() === `${name}.`) ?? null;
  };
  const change = async (record: TxtRecord, kind: "add" | "remove"): Promise<void> => {
    const id = await zoneId(record.zone);
    for (let round = 1; ; round++) {
      const input = txtChange(id, record, await setOf(id, record.name), kind);
      if (input === null) return;
      try {
        await client.send(new ChangeResourceRecordSetsCommand(input));
        return;
      } catch (thrown) {
        if (!(thrown instanceof InvalidChangeBatch) || round === rounds) throw failed(thrown);
      }
    }
  };
  return {
    addTxt: (record) => change(record, "add"),
    removeTxt: (record) => change(record, "remove"),
    async test(zone) {
      await setOf(await zoneId(zone), zone);
    },
  };
}

const call = <T>(sent: Promise<T>): Promise<T> =>
  sent.catch((thrown) => {
    throw failed(thrown);
  });

function failed(cause: unknown): AppError {
  const { name, $metadata } = cause as { name?: string; $metadata?: { httpStatusCode?: number } };
  const status = $metadata?.httpStatusCode;
  if (status === undefined || status >= 500 || /Throttl|PriorRequestNotComplete/.test(name ?? ""))
    return new AppError("unavailable", "Route 53 gave no answer that can be used; it is tried again later.", { cause });
  return new AppError(
    "invalid",
    `Route 53 refused (${name}): check the access key, and that it may list zones, and list and change records of the zone.`,
    { cause },
  );
}
