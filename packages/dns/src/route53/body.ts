import type { TxtRecord } from "@agentpod/core/dns";
import type { ChangeResourceRecordSetsCommandInput, ResourceRecordSet } from "@aws-sdk/client-route-53";

/** Seconds, where the set is new; one that is there keeps its own. */
const ttl = 60;

/** A TXT value as a record holds it: quoted, at most 255 characters a string. */
export function quotedTxt(value: string): string {
  const strings = value.match(/.{1,255}/gs) ?? [""];
  return strings.map((part) => `"${part.replace(/[\\"]/g, "\\$&")}"`).join(" ");
}

/**
 * The change that adds a value to a set of records, or takes it away; null where nothing is to be done. The whole old set
 * is deleted and the whole new one created in one batch: where somebody changed it meanwhile, the service refuses both.
 */
export function txtChange(
  zoneId: string,
  record: TxtRecord,
  found: ResourceRecordSet | null,
  change: "add" | "remove",
): ChangeResourceRecordSetsCommandInput | null {
  const value = quotedTxt(record.value);
  const before = (found?.ResourceRecords ?? []).map((one) => one.Value ?? "");
  if (before.includes(value) === (change === "add")) return null;
  const after = change === "add" ? [...before, value] : before.filter((one) => one !== value);
  const name = `${record.name}.`;
  const next: ResourceRecordSet = { Name: name, Type: "TXT", TTL: found?.TTL ?? ttl, ResourceRecords: after.map((Value) => ({ Value })) };
  return {
    HostedZoneId: zoneId,
    ChangeBatch: {
      Changes: [
        ...(found ? [{ Action: "DELETE" as const, ResourceRecordSet: found }] : []),
        ...(after.length > 0 ? [{ Action: "CREATE" as const, ResourceRecordSet: next }] : []),
      ],
    },
  };
}
