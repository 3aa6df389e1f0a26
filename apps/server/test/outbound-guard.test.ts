import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { addressRules } from "../src/outbound/address-rules.ts";
import { outboundGuard } from "../src/outbound/outbound-guard.ts";

const refused = [
  ...["127.0.0.1", "127.255.255.254", "0.0.0.0", "0.1.2.3", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1"],
  ...["169.254.169.254", "169.254.170.2", "100.64.0.1", "100.100.100.200", "168.63.129.16", "192.0.0.192", "192.0.2.1", "198.18.0.1"],
  ...["198.51.100.1", "203.0.113.1", "192.88.99.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255"],
  ...["::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::ffff:a9fe:a9fe", "0:0:0:0:0:ffff:7f00:1", "::ffff:0:127.0.0.1"],
  ...["64:ff9b::7f00:1", "64:ff9b::8.8.8.8", "64:ff9b:1::a00:1", "2002:7f00:1::1", "2002:a00:1::", "2001:0:4136:e378::1", "2001:db8::1"],
  ...["fe80::1", "fe80::1%eth0", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1", "100::1", "3fff::1", "5f00::1", "4000::1"],
  ...["localhost", "example.com", "", "1.2.3", "0x7f.0.0.1", "2130706433", "127.1", "8.8.8.8/32", " 8.8.8.8"],
];
const admitted = [
  "8.8.8.8",
  "1.1.1.1",
  "100.63.255.255",
  "100.128.0.1",
  "172.15.0.1",
  "172.32.0.1",
  "192.167.1.1",
  "2606:4700::1111",
  "2a00::1",
];

describe("security rule 6: places that users name", () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.close();
      server.closeAllConnections();
    }
  });
  const serve = async (listener: RequestListener): Promise<number> => {
    const server = createServer(listener).listen(0, "127.0.0.1");
    servers.push(server);
    await once(server, "listening");
    return (server.address() as AddressInfo).port;
  };
  /** Every name is at 127.0.0.1, which is allowed, but for `inside`: that is at 0.0.0.0, which leads to the same machine and is not. */
  const guard = outboundGuard({
    allow: ["127.0.0.1"],
    resolve: async (host) => (host === "inside.test" ? ["0.0.0.0"] : host === "nowhere.test" ? [] : ["127.0.0.1"]),
  });

  test("only public addresses are admitted", () => {
    const isAllowed = addressRules([]);
    expect(refused.filter(isAllowed)).toEqual([]);
    expect(admitted.filter((address) => !isAllowed(address))).toEqual([]);
  });

  test("what the installation allows is admitted, in its plain form alone", () => {
    const isAllowed = addressRules(["10.1.0.0/16", "192.168.7.7", "fd00:1::/32"]);
    expect(["10.1.2.3", "192.168.7.7", "fd00:1::5"].every(isAllowed)).toBe(true);
    expect(["10.2.0.1", "192.168.7.8", "fd00:2::5", "::ffff:10.1.2.3", "::ffff:a01:203", "127.0.0.1"].filter(isAllowed)).toEqual([]);
  });

  test("URLs in every disguise of a loopback or metadata address are refused before anything is connected", async () => {
    let asked = 0;
    const port = await serve((_request, response) => {
      asked++;
      response.end();
    });
    const strict = outboundGuard({ allow: [], resolve: async () => ["127.0.0.1"] });
    const hosts = ["127.0.0.1", "127.1", "0x7f.0.0.1", "2130706433", "0177.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]"];
    const more = ["localhost", "localhost.", "evil.test", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "169.254.169.254", "0", "①②⑦.⓪.⓪.①"];
    for (const host of [...hosts, ...more])
      await expect(strict.fetch(`http://${host}:${port}/`)).rejects.toMatchObject({
        code: "invalid",
        message: expect.stringContaining("AGENTPOD_OUTBOUND_ALLOW"),
      });
    for (const url of ["file:///etc/passwd", "ftp://x.test/", "gopher://x", "http://", "x", "", "http://user:pw@x.test/"])
      await expect(strict.fetch(url)).rejects.toMatchObject({ code: "invalid" });
    expect(asked).toBe(0);
  });

  test("a name with one forbidden address among public ones is refused whole", async () => {
    const mixed = outboundGuard({ allow: [], resolve: async () => ["8.8.8.8", "10.0.0.1"] });
    await expect(mixed.addresses("mixed.test")).rejects.toThrow("mixed.test is at 10.0.0.1");
    await expect(guard.fetch("http://nowhere.test/")).rejects.toThrow("nowhere.test has no address");
  });

  test("the checked address is the one that is connected to: a second answer of the DNS is never asked for", async () => {
    const hosts: (string | undefined)[] = [];
    const port = await serve((request, response) => {
      hosts.push(request.headers.host);
      response.end("outside");
    });
    const answers = [["127.0.0.1"], ["0.0.0.0"], ["0.0.0.0"]];
    let asked = 0;
    const rebinding = outboundGuard({ allow: ["127.0.0.1"], resolve: async () => answers[asked++] ?? [] });
    const answer = await rebinding.fetch(`http://rebind.test:${port}/`);
    expect([answer.status, answer.body.toString(), asked, hosts]).toEqual([200, "outside", 1, [`rebind.test:${port}`]]);
  });

  test("redirects are the answer unless asked for, and each place is checked anew", async () => {
    let reached = 0;
    const inside = await serve((_request, response) => {
      reached++;
      response.end("inside");
    });
    const seen: Record<string, unknown>[] = [];
    const port = await serve((request, response) => {
      seen.push({ url: request.url, host: request.headers.host, authorization: request.headers.authorization });
      const to: Record<string, string> = {
        "/in": `http://inside.test:${inside}/`,
        "/literal": `http://0.0.0.0:${inside}/`,
        "/file": "file:///etc/passwd",
        "/on": `http://other.test:${port}/end`,
        "/loop": "/loop",
      };
      const location = to[request.url ?? ""];
      response.writeHead(location ? 302 : 200, location ? { location } : {}).end("end");
    });
    expect(await guard.fetch(`http://a.test:${port}/in`)).toMatchObject({ status: 302 });
    for (const path of ["/in", "/literal", "/file"])
      await expect(guard.fetch(`http://a.test:${port}${path}`, { redirects: 3 })).rejects.toMatchObject({ code: "invalid" });
    expect(reached).toBe(0);
    seen.splice(0);
    const answer = await guard.fetch(`http://a.test:${port}/on`, { redirects: 3, headers: { Authorization: "Bearer x" } });
    expect(answer).toMatchObject({ status: 200, url: `http://other.test:${port}/end` });
    expect(seen).toEqual([
      { url: "/on", host: `a.test:${port}`, authorization: "Bearer x" },
      { url: "/end", host: `other.test:${port}`, authorization: undefined },
    ]);
    seen.splice(0);
    expect(await guard.fetch(`http://a.test:${port}/loop`, { redirects: 3 })).toMatchObject({ status: 302 });
    expect(seen).toHaveLength(4);
  });

  test("answers have a size and a time", async () => {
    const port = await serve((request, response) => {
      if (request.url === "/long") response.end("x".repeat(1025));
      else if (request.url === "/endless") {
        const more = (): void => void (response.write("x".repeat(65_536)) ? setImmediate(more) : response.once("drain", more));
        more();
      } else if (request.url === "/drip") response.write("x");
    });
    const at = (path: string) => guard.fetch(`http://a.test:${port}${path}`, { maxBytes: 1024, timeoutMs: 300 });
    await expect(at("/long")).rejects.toThrow("longer than 1024 bytes");
    await expect(at("/endless")).rejects.toThrow("longer than 1024 bytes");
    await expect(at("/drip")).rejects.toMatchObject({ code: "unavailable", message: expect.stringContaining("in time") });
    await expect(at("/silent")).rejects.toMatchObject({ code: "unavailable" });
    const slow = outboundGuard({ allow: [], resolve: () => new Promise(() => {}) });
    await expect(slow.fetch("http://slow.test/", { timeoutMs: 100 })).rejects.toThrow("could not be looked up in time");
    const gone = await serve(() => {});
    servers.at(-1)?.close();
    await expect(guard.fetch(`http://a.test:${gone}/`)).rejects.toMatchObject({ code: "unavailable" });
  });
});
