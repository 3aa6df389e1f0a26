import type { TxtRecord } from "@agentpod/core/dns";
import { uint16, wireName } from "./wire.ts";

const typeSoa = 6;
const typeTxt = 16;
const classIn = 1;
const classNone = 254;
const opcodeUpdate = 5 << 11;
/** Seconds; short, since the record is there for a proof alone. */
const ttl = 60;

/**
 * An update of RFC 2136 as it goes over the wire, unsigned: adds one TXT value, or takes away exactly that value
 * (class NONE), so that other values of the name stay.
 */
export function updateMessage(id: number, change: "add" | "remove", record: TxtRecord): Buffer {
  const data = strings(record.value);
  const lifetime = Buffer.alloc(4);
  lifetime.writeUInt32BE(change === "add" ? ttl : 0);
  return Buffer.concat([
    ...[id, opcodeUpdate, 1, 0, 1, 0].map(uint16),
    wireName(record.zone),
    uint16(typeSoa),
    uint16(classIn),
    wireName(record.name),
    uint16(typeTxt),
    uint16(change === "add" ? classIn : classNone),
    lifetime,
    uint16(data.length),
    data,
  ]);
}

/** A question for the zone's SOA: answered with authority by a server that has the zone. */
export function zoneQuery(id: number, zone: string): Buffer {
  return Buffer.concat([...[id, 0, 1, 0, 0, 0].map(uint16), wireName(zone), uint16(typeSoa), uint16(classIn)]);
}

/** A TXT value is a list of strings of at most 255 bytes. */
function strings(value: string): Buffer {
  const bytes = Buffer.from(value);
  const count = Math.max(1, Math.ceil(bytes.length / 255));
  const parts = Array.from({ length: count }, (_, i) => bytes.subarray(i * 255, (i + 1) * 255));
  return Buffer.concat(parts.map((part) => Buffer.concat([Buffer.from([part.length]), part])));
}
