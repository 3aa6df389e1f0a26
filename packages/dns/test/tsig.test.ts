import { once } from "node:events";
import { connect } from "node:net";
import { zoneQuery } from "@agentpod/dns/rfc2136/body";
import { sign, type TsigKey, verify } from "@agentpod/dns/rfc2136/tsig";
import { uint16, wireName } from "@agentpod/dns/rfc2136/wire";
import { type Knot, knotKey, knotProgram, startKnot } from "@agentpod/dns/testing/start-knot";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const now = (): number => Math.floor(Date.now() / 1000);

describe.skipIf(knotProgram === null)("P7 answers of a name server are believed by their signature (Knot DNS is needed)", () => {
  let knot: Knot;
  let answer: Buffer;
  let mac: Buffer;

  beforeAll(async () => {
    knot = await startKnot({ zones: { "example.test": [] } });
    const signed = sign(zoneQuery(7, "example.test"), knotKey, now());
    mac = signed.mac;
    const socket = connect(knot.port, knot.address).end(Buffer.concat([uint16(signed.message.length), signed.message]));
    const parts: Buffer[] = [];
    socket.on("data", (chunk) => parts.push(chunk));
    await once(socket, "close");
    answer = Buffer.concat(parts).subarray(2);
  });
  afterAll(() => knot?.stop());

  test("a real one, with our key, for our request, in time", () => {
    const other: TsigKey = { ...knotKey, secret: Buffer.from("x".repeat(32)).toString("base64") };
    expect(verify(answer, mac, knotKey, now())).toEqual({ isGenuine: true, error: 0 });
    expect(verify(answer, mac, other, now()).isGenuine).toBe(false);
    expect(verify(answer, mac, { ...knotKey, name: "another-key" }, now()).isGenuine).toBe(false);
    expect(verify(answer, mac, { ...knotKey, algorithm: "hmac-sha512" }, now()).isGenuine).toBe(false);
    expect(verify(answer, Buffer.alloc(mac.length), knotKey, now()).isGenuine).toBe(false);
    expect(verify(answer, mac, knotKey, now() + 3600).isGenuine).toBe(false);
  });

  test("no changed bit and no cut passes", () => {
    const isGenuine = (message: Buffer): boolean => {
      try {
        return verify(message, mac, knotKey, now()).isGenuine;
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
        return false;
      }
    };
    const signature = answer.indexOf(wireName(knotKey.name));
    const passed: number[] = [];
    // From after the id, which the signature holds as it was sent, to the signature's own record; then the signed part of that.
    for (let bit = 16; bit < signature * 8; bit++) {
      const changed = Buffer.from(answer);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      if (isGenuine(changed)) passed.push(bit);
    }
    const rdata = signature + wireName(knotKey.name).length + 10;
    const signed = rdata + wireName(knotKey.algorithm).length;
    for (let at = signed; at < answer.length; at++) {
      const changed = Buffer.from(answer);
      changed[at] = (changed[at] ?? 0) ^ 0xff;
      if (isGenuine(changed)) passed.push(at * 8);
    }
    for (let length = 12; length < answer.length; length++) if (isGenuine(Buffer.from(answer.subarray(0, length)))) passed.push(-length);
    expect(passed).toEqual([]);
  });
});
