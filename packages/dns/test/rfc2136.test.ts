import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import type { DnsWriter } from "@agentpod/core/dns";
import { dnsReader } from "@agentpod/dns/dns-reader";
import { dnsWriter } from "@agentpod/dns/dns-writer";
import { type Knot, knotKey, knotProgram, startKnot } from "@agentpod/dns/testing/start-knot";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const zone = "example.test";
const name = "_acme-challenge.example.test";

describe.skipIf(knotProgram === null)("P7 DNS-01 records by RFC 2136 (Knot DNS is needed)", () => {
  const knots: Knot[] = [];
  let knot: Knot;
  const writerAt = (server: string, change: Record<string, string> = {}): Promise<DnsWriter> =>
    dnsWriter("rfc2136", { server, keyName: knotKey.name, algorithm: knotKey.algorithm, secret: knotKey.secret, ...change });
  const values = async (server: string): Promise<string[]> => (await dnsReader([server]).txt(name)).sort();

  beforeAll(async () => {
    knot = await startKnot({ zones: { [zone]: [], "broken.test": null } });
    knots.push(knot);
  });
  afterAll(() => Promise.all(knots.map((one) => one.stop())));

  test("two values stand at one name, a repeated one once, and each goes alone", async () => {
    const writer = await writerAt(knot.server);
    await writer.addTxt({ zone, name, value: "first" });
    await writer.addTxt({ zone, name, value: "second" });
    await writer.addTxt({ zone, name, value: "second" });
    expect(await values(knot.server)).toEqual(["first", "second"]);
    await writer.removeTxt({ zone, name, value: "first" });
    expect(await values(knot.server)).toEqual(["second"]);
    await writer.removeTxt({ zone, name, value: "first" });
    await writer.removeTxt({ zone, name, value: "second" });
    await writer.removeTxt({ zone, name, value: "second" });
    expect(await values(knot.server)).toEqual([]);
  });

  test("twenty at the same time all arrive, and a value of 600 bytes whole", async () => {
    const writer = await writerAt(knot.server);
    const many = Array.from({ length: 20 }, (_, i) => `value-${String(i).padStart(2, "0")}`);
    await Promise.all(many.map((value) => writer.addTxt({ zone, name, value })));
    expect(await values(knot.server)).toEqual(many);
    await Promise.all(many.map((value) => writer.removeTxt({ zone, name, value })));
    const long = "x".repeat(600);
    await writer.addTxt({ zone, name, value: long });
    expect(await values(knot.server)).toEqual([long]);
    await writer.removeTxt({ zone, name, value: long });
    expect(await values(knot.server)).toEqual([]);
  });

  test("a key of HMAC-SHA512, in a name written in capitals, is as good", async () => {
    const strong = await startKnot({ zones: { [zone]: [] }, algorithm: "hmac-sha512" });
    knots.push(strong);
    const writer = await writerAt(strong.server, { algorithm: "hmac-sha512", keyName: knotKey.name.toUpperCase() });
    await writer.addTxt({ zone, name, value: "signed" });
    expect(await values(strong.server)).toEqual(["signed"]);
    await expect((await writerAt(strong.server)).addTxt({ zone, name, value: "x" })).rejects.toMatchObject({ code: "invalid" });
    expect(await values(strong.server)).toEqual(["signed"]);
  });

  test("testing changes nothing and tells a good zone from a wrong one", async () => {
    const writer = await writerAt(knot.server);
    await writer.test(zone);
    await expect(writer.test("other.test")).rejects.toMatchObject({ code: "invalid", message: expect.stringContaining("other.test") });
    await expect(writer.test("sub.example.test")).rejects.toMatchObject({ code: "invalid" });
    expect(await values(knot.server)).toEqual([]);
  });

  test("a wrong secret, key name, zone or a name outside the zone is refused with words and without the secret", async () => {
    const record = { zone, name, value: "never" };
    const wrong = Buffer.from("some other secret of the same use").toString("base64");
    for (const writer of [await writerAt(knot.server, { secret: wrong }), await writerAt(knot.server, { keyName: "nobody" })]) {
      for (const attempt of [writer.addTxt(record), writer.removeTxt(record), writer.test(zone)]) {
        const error = await attempt.catch((thrown: Error) => thrown);
        expect(error).toMatchObject({ code: "invalid", message: expect.stringContaining("refused the TSIG key") });
        expect(String(error)).not.toContain(wrong);
        expect(String(error)).not.toContain(knotKey.secret);
      }
    }
    const writer = await writerAt(knot.server);
    await expect(writer.addTxt({ zone: "other.test", name: "_x.other.test", value: "v" })).rejects.toMatchObject({
      code: "invalid",
      message: expect.stringMatching(/other\.test.*primary server/),
    });
    await expect(writer.addTxt({ zone, name: "_x.elsewhere.test", value: "v" })).rejects.toMatchObject({ code: "invalid" });
    expect(await values(knot.server)).toEqual([]);
  });

  test("a server that is down, hangs up or talks nonsense is unavailable", async () => {
    const down = await startKnot({ zones: { [zone]: [] } });
    await down.stop();
    const gone = (server: string) => writerAt(server).then((writer) => writer.addTxt({ zone, name, value: "v" }));
    await expect(gone(down.server)).rejects.toMatchObject({ code: "unavailable", message: expect.stringContaining("cannot be reached") });
    for (const reply of [null, Buffer.from("\x00\x04nope"), Buffer.from([0, 12, 0, 0, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 9])]) {
      const server: Server = createServer((socket) => {
        socket.on("error", () => {});
        socket.once("data", () => (reply ? socket.end(reply) : socket.end()));
      }).listen(0, "127.0.0.1");
      await once(server, "listening");
      await expect(gone(`127.0.0.1:${(server.address() as AddressInfo).port}`)).rejects.toMatchObject({ code: "unavailable" });
      server.close();
    }
  });

  test("an answer that says yes without a signature is not believed", async () => {
    const liar = createServer((socket) =>
      socket.once("data", (sent) => {
        const answer = Buffer.from(sent.subarray(2, 14));
        answer.writeUInt16BE(0xa800, 2);
        answer.fill(0, 4);
        socket.end(Buffer.concat([Buffer.from([0, 12]), answer]));
      }),
    ).listen(0, "127.0.0.1");
    await once(liar, "listening");
    const writer = await writerAt(`127.0.0.1:${(liar.address() as AddressInfo).port}`);
    await expect(writer.addTxt({ zone, name, value: "v" })).rejects.toThrow("not believed");
    liar.close();
  });

  test("a named server is asked at the address that the caller checked, or not at all", async () => {
    const asked: string[] = [];
    const record = { zone, name, value: "guarded" };
    const credentials = { server: `ns1.example.test:${knot.port}`, keyName: knotKey.name, secret: knotKey.secret };
    const resolve = async (host: string) => {
      asked.push(host);
      return [knot.address];
    };
    await (await dnsWriter("rfc2136", credentials, { resolve })).addTxt(record);
    expect([asked, await values(knot.server)]).toEqual([["ns1.example.test"], ["guarded"]]);
    const forbidden = await dnsWriter(
      "rfc2136",
      { ...credentials, server: knot.server },
      {
        resolve: async (host) => Promise.reject(new Error(`${host} is not to be asked`)),
      },
    );
    await expect(forbidden.removeTxt(record)).rejects.toThrow("127.0.0.1 is not to be asked");
  });
});
