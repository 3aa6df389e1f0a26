import { X509Certificate } from "node:crypto";
import type { AccessLogFilter } from "@agentpod/core/access-log-filter";
import type { ServedCertificate } from "@agentpod/core/gateway-tls";
import type { AccessLogLine, Gateway, RouteEntry, RouteTable, Upstream } from "@agentpod/core/route-table";
import { testCertificate } from "@agentpod/host/test-certificate";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

/** What a driver's test brings along; all of it is undone by `close`. */
export interface GatewayRig {
  gateway: Gateway;
  /** Something that answers GET / with 200. */
  liveUpstream(id: string): Promise<Upstream>;
  /** Something that answers nobody. */
  deadUpstream(id: string): Promise<Upstream>;
  /** A request to the host is in flight at that upstream when this resolves; the result lets it end. */
  beginRequest(host: string, upstream: string): Promise<() => void>;
  /** A request to a route that holds. */
  beginHeldRequest(host: string, route: string): void;
  /** A whole request to a route that serves; the gateway logs it. */
  request(host: string, path: string, route: string): Promise<void>;
  /** SHA-256 fingerprint of the certificate that a TLS client for the host gets; null: it is refused. */
  servedFingerprint(host: string): Promise<string | null>;
  /** The text that plain HTTP answers at a path of a host; null: an error status. */
  askPlain(host: string, path: string): Promise<string | null>;
  /** A port that another program has. */
  takenPort(): Promise<number>;
  /** The gateway is gone. */
  leave(): Promise<void>;
  close(): Promise<void>;
}

/** What every gateway does; registers a suite. `start` is called for each test. */
export function gatewayConformance(name: string, start: () => Promise<GatewayRig>): void {
  describe(`P7 gateway conformance: ${name}`, () => {
    let rig: GatewayRig;
    let ending: AbortController;
    beforeEach(async () => {
      ending = new AbortController();
      rig = await start();
    });
    afterEach(async () => {
      ending.abort();
      await rig.close();
    });

    /** The first thing a stream says; the stream is listening once `first` is awaited after `ready`. */
    const firstOf = <T>(stream: AsyncIterable<T>): Promise<T | undefined> =>
      (async () => {
        for await (const value of stream) return value;
        return undefined;
      })();

    it("serves nothing at first; a table is served once apply resolves", async () => {
      const begun = await rig.gateway.observe();
      expect(begun).toMatchObject({ servedVersion: 0, since: expect.any(String), portErrors: {} });
      expect(begun.load).toEqual({});
      await rig.gateway.apply(table(4, route({ upstreams: [await rig.liveUpstream("u")] })));
      expect(await rig.gateway.observe()).toEqual({ ...begun, servedVersion: 4 });
    });

    it("the same version again has no effect, an older one is a conflict, a newer one replaces the whole", async () => {
      await rig.gateway.apply(table(4, route({ upstreams: [await rig.liveUpstream("u")] })));
      await rig.gateway.apply(table(4));
      await rig.request(host, "/", "route-1");
      await expect(rig.gateway.apply(table(3))).rejects.toMatchObject({ name: "AppError", code: "conflict" });
      expect((await rig.gateway.observe()).servedVersion).toBe(4);
      await rig.gateway.apply(table(9));
      expect((await rig.gateway.observe()).servedVersion).toBe(9);
    });

    it("counts what is open by upstream, also after a switch, and tells when the old one is drained", async () => {
      const [old, next] = [await rig.liveUpstream("old"), await rig.liveUpstream("new")];
      await rig.gateway.apply(table(1, route({ upstreams: [old] })));
      const end = await rig.beginRequest(host, "old");
      await rig.gateway.apply(table(2, route({ upstreams: [next] })));
      expect((await rig.gateway.observe()).load.old).toMatchObject({ requests: 1, upgraded: 0, lastActivityAt: expect.any(String) });
      const wake = firstOf(rig.gateway.watch(ending.signal));
      await rig.gateway.observe();
      end();
      expect(await wake).toEqual({ route: "route-1", waits: false });
      expect((await rig.gateway.observe()).load.old).toBeUndefined();
    });

    it("tells when a request waits at a holding route", async () => {
      await rig.gateway.apply(table(1, route({ state: "holding", holdSeconds: 5 })));
      const wake = firstOf(rig.gateway.watch(ending.signal));
      await rig.gateway.observe();
      rig.beginHeldRequest(host, "route-1");
      expect(await wake).toEqual({ route: "route-1", waits: true });
    });

    it("names the routes whose port is taken, until the table no longer asks for it", async () => {
      const publicPort = await rig.takenPort();
      await rig.gateway.apply(table(1, route({ publicPort })));
      expect((await rig.gateway.observe()).portErrors).toEqual({ "route-1": expect.stringContaining(String(publicPort)) });
      await rig.gateway.apply(table(2, route({ publicPort: null })));
      expect((await rig.gateway.observe()).portErrors).toEqual({});
    });

    it("probes an upstream that is not in the table", async () => {
      const asked = { host, path: "/", timeoutSeconds: 5 };
      expect(await rig.gateway.probe(await rig.liveUpstream("u"), asked)).toEqual({ status: 200 });
      await expect(rig.gateway.probe(await rig.deadUpstream("v"), asked)).rejects.toMatchObject({ code: "unavailable" });
      expect((await rig.gateway.observe()).load).toEqual({});
    });

    it("its log: the last lines, of one route or all, without queries; and what comes", async () => {
      const other = "other-acme.localhost";
      const upstreams = [await rig.liveUpstream("u")];
      await rig.gateway.apply(table(1, route({ upstreams }), route({ id: "route-2", hosts: [other], upstreams })));
      await rig.request(host, "/one?token=secret", "route-1");
      await rig.request(other, "/two", "route-2");
      await rig.request(host, "/three", "route-1");
      const read = async (query: { route: string | null; tail: number }) => {
        const lines: AccessLogLine[] = [];
        for await (const line of rig.gateway.logs({ ...query, follow: false, signal: ending.signal })) lines.push(line);
        return lines.map((line) => `${line.method} ${line.host}${line.path} ${line.status}`);
      };
      expect(await read({ route: null, tail: 2 })).toEqual([`GET ${other}/two 200`, `GET ${host}/three 200`]);
      expect(await read({ route: "route-1", tail: 10 })).toEqual([`GET ${host}/one 200`, `GET ${host}/three 200`]);
      const follow = rig.gateway.logs({ route: "route-2", tail: 1, follow: true, signal: ending.signal })[Symbol.asyncIterator]();
      expect((await follow.next()).value.path).toBe("/two");
      const next = follow.next();
      await rig.request(host, "/not-this", "route-1");
      await rig.request(other, "/four", "route-2");
      expect((await next).value.path).toBe("/four");
      ending.abort();
      expect((await follow.next()).done).toBe(true);
    });

    it("its log can be searched; what comes is searched too", async () => {
      await rig.gateway.apply(table(1, route({ upstreams: [await rig.liveUpstream("u")] })));
      for (const path of ["/shop/one", "/two", "/shop/three"]) await rig.request(host, path, "route-1");
      const paths = async (filter: AccessLogFilter) => {
        const found: string[] = [];
        const query = { route: null, tail: 10, follow: false, signal: ending.signal, ...filter };
        for await (const line of rig.gateway.logs(query)) found.push(line.path);
        return found;
      };
      expect(await paths({ path: "/shop/", status: "2xx", method: "GET", host })).toEqual(["/shop/one", "/shop/three"]);
      expect(await paths({ status: "200", since: new Date(0) })).toHaveLength(3);
      for (const filter of [
        { status: "404" },
        { method: "POST" },
        { client: "192.0.2.1" },
        { host: "other.example" },
        { since: new Date("2999-01-01") },
      ])
        expect(await paths(filter), JSON.stringify(filter)).toEqual([]);
      const query = { route: null, tail: 0, follow: true, signal: ending.signal, path: "/shop/" };
      const next = firstOf(rig.gateway.logs(query));
      await rig.gateway.observe();
      await rig.request(host, "/not-this", "route-1");
      await rig.request(host, "/shop/four", "route-1");
      expect((await next)?.path).toBe("/shop/four");
    });

    it("serves certificates by name once setCertificates resolves; the same version has no effect, another replaces all", async () => {
      const [one, wild] = await Promise.all([certificate("one", ["a.example"]), certificate("wild", ["*.b.example"])]);
      await rig.gateway.setCertificates({ version: "first", certificates: [one, wild] });
      expect(await rig.gateway.observe()).toMatchObject({ certificateVersion: "first" });
      expect(await rig.servedFingerprint("a.example")).toBe(fingerprint(one));
      expect(await rig.servedFingerprint("x.b.example")).toBe(fingerprint(wild));
      expect(await rig.servedFingerprint("x.y.b.example")).toBeNull();
      await rig.gateway.setCertificates({ version: "first", certificates: [] });
      expect(await rig.servedFingerprint("a.example")).toBe(fingerprint(one));
      await rig.gateway.setCertificates({ version: "second", certificates: [wild] });
      expect(await rig.servedFingerprint("a.example")).toBeNull();
      expect(await rig.gateway.observe()).toMatchObject({ certificateVersion: "second" });
    });

    it("names a certificate that cannot be served, never its key, and changes nothing", async () => {
      const [right, other] = await Promise.all([certificate("right", ["a.example"]), certificate("other", ["b.example"])]);
      await rig.gateway.setCertificates({ version: "first", certificates: [right] });
      for (const wrong of [
        { ...other, key: right.key },
        { ...other, chain: "no certificate" },
        { ...other, key: "no key" },
      ]) {
        const refused = rig.gateway.setCertificates({ version: "second", certificates: [right, wrong] });
        await expect(refused).rejects.toMatchObject({ code: "invalid", message: expect.stringContaining("other") });
        await expect(refused).rejects.not.toMatchObject({ message: expect.stringContaining("PRIVATE KEY") });
      }
      expect(await rig.gateway.observe()).toMatchObject({ certificateVersion: "first" });
      expect(await rig.servedFingerprint("b.example")).toBeNull();
    });

    it("answers challenges as plain text before any route, until others take their place", async () => {
      const path = "/.well-known/acme-challenge/token-1";
      expect(await rig.askPlain("new.example.com", path)).toBeNull();
      await rig.gateway.setChallenges([{ kind: "http", host: "new.example.com", path, body: "token-1.proof" }]);
      expect(await rig.askPlain("new.example.com", path)).toBe("token-1.proof");
      expect(await rig.askPlain("other.example.com", path)).toBeNull();
      await rig.gateway.setChallenges([]);
      expect(await rig.askPlain("new.example.com", path)).toBeNull();
    });

    it("a watch ends with its signal", async () => {
      const watch = firstOf(rig.gateway.watch(ending.signal));
      await rig.gateway.observe();
      ending.abort();
      expect(await watch).toBeUndefined();
    });

    it("every call is `unavailable` while the gateway is away, a watch under way too", async () => {
      const watch = firstOf(rig.gateway.watch(ending.signal));
      await rig.gateway.observe();
      const isGone = expect(watch).rejects.toMatchObject({ name: "AppError", code: "unavailable" });
      await rig.leave();
      await isGone;
      const upstream: Upstream = { id: "u", address: { kind: "tcp", host: "127.0.0.1", port: 1 } };
      const calls = [
        rig.gateway.apply(table(9)),
        rig.gateway.observe(),
        rig.gateway.setCertificates({ version: "x", certificates: [] }),
        rig.gateway.setChallenges([]),
        rig.gateway.probe(upstream, { host, path: "/", timeoutSeconds: 1 }),
        firstOf(rig.gateway.watch(ending.signal)),
        firstOf(rig.gateway.logs({ route: null, tail: 1, follow: false, signal: ending.signal })),
      ];
      const refusals = calls.map((call) => expect(call).rejects.toMatchObject({ name: "AppError", code: "unavailable" }));
      await Promise.all(refusals);
    });
  });
}

const host = "web-acme.localhost";

async function certificate(id: string, names: string[]): Promise<ServedCertificate> {
  return { id, names, ...(await testCertificate(names)), ocsp: null, isPublic: true };
}

const fingerprint = ({ chain }: ServedCertificate): string => new X509Certificate(chain).fingerprint256;

const table = (version: number, ...routes: RouteEntry[]): RouteTable => ({ version, routes });

const route = (change: Partial<RouteEntry>): RouteEntry => ({
  id: "route-1",
  pod: "pod-1",
  label: "acme/web",
  hosts: [host],
  publicPort: null,
  path: "/",
  state: "serving",
  message: "",
  upstreams: [],
  holdSeconds: 10,
  timeoutSeconds: 10,
  drainSeconds: 10,
  ...change,
});
