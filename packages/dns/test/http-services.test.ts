import { createHash, createHmac } from "node:crypto";
import type { DnsProviderKind } from "@agentpod/core/certificate";
import { dnsWriter } from "@agentpod/dns/dns-writer";
import { afterEach, describe, expect, test } from "vitest";
import { type Received, type ServiceRig, startService } from "./http-services-rig.ts";
import { authorizationParts, canonicalRequest, scopedSignature } from "./signature-v4.ts";

/** What a service holds: values of one name in one zone. */
interface Held {
  id: string;
  value: string;
}
type Reply = { status: number; type?: string; body: unknown };

/** A DNS service as its documentation describes it, for the calls that the adapters make: it checks every signature. */
interface Service {
  kind: DnsProviderKind;
  credentials: Record<string, string>;
  /** The credential that is a secret. */
  secret: string;
  reply(request: Received, held: Held[]): Reply;
  /** What it answers when it has too much to do. */
  busy: Reply;
}

const zone = "example.com";
const name = "_acme-challenge.example.com";
const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
let nextId = 100;
const hold = (held: Held[], value: string): void => void held.push({ id: String(nextId++), value });
const drop = (held: Held[], id: string | null | undefined): boolean => {
  const at = held.findIndex((one) => one.id === id);
  if (at >= 0) held.splice(at, 1);
  return at >= 0;
};

const cloudflare: Service = {
  kind: "cloudflare",
  credentials: { apiToken: "cf-secret-token" },
  secret: "apiToken",
  busy: { status: 429, body: { success: false, errors: [{ code: 10000, message: "rate limited" }], result: null } },
  reply({ method, url, headers, body }, held) {
    const fine = (result: unknown): Reply => ({ status: 200, body: { success: true, errors: [], messages: [], result } });
    const bad = (status: number, code: number, message: string): Reply => ({
      status,
      body: { success: false, errors: [{ code, message }], result: null },
    });
    if (headers.authorization !== "Bearer cf-secret-token") return bad(403, 9109, "Invalid access token");
    const { pathname, searchParams } = new URL(url, "http://x");
    if (pathname === "/client/v4/zones") return fine(searchParams.get("name") === zone ? [{ id: "z1", name: zone }] : []);
    const [, id] = /^\/client\/v4\/zones\/z1\/dns_records(?:\/(\d+))?$/.exec(pathname) ?? [];
    if (method === "GET") return fine(searchParams.get("name") === name ? held.map((one) => ({ id: one.id, content: one.value })) : []);
    if (method === "DELETE") return drop(held, id) ? fine({ id }) : bad(404, 81044, "Record does not exist.");
    const { content } = JSON.parse(body) as { content: string };
    if (held.some((one) => one.value === content)) return bad(400, 81058, "An identical record already exists.");
    hold(held, content);
    return fine({ id: String(nextId) });
  },
};

const aliyun: Service = {
  kind: "aliyun",
  credentials: { accessKeyId: "LTAI-test", accessKeySecret: "aliyun-secret" },
  secret: "accessKeySecret",
  busy: { status: 400, body: { Code: "Throttling.User", Message: "Request was denied due to user flow control." } },
  reply(request, held) {
    const { headers, url } = request;
    const bad = (status: number, Code: string): Reply => ({ status, body: { Code, Message: `${Code}.`, RequestId: "r" } });
    const { algorithm, credential, signed, signature } = authorizationParts(String(headers.authorization));
    const canonical = canonicalRequest(request, signed);
    const wanted = createHmac("sha256", "aliyun-secret")
      .update(`ACS3-HMAC-SHA256\n${sha256(canonical)}`)
      .digest("hex");
    const isWhole = ["host", "x-acs-action", "x-acs-content-sha256", "x-acs-date", "x-acs-signature-nonce", "x-acs-version"].every(
      (header) => signed.includes(header),
    );
    if (credential[0] !== "LTAI-test") return bad(404, "InvalidAccessKeyId.NotFound");
    if (algorithm !== "ACS3-HMAC-SHA256" || !isWhole || signature !== wanted) return bad(400, "SignatureDoesNotMatch");
    if (Math.abs(Date.parse(String(headers["x-acs-date"])) - Date.now()) > 900_000) return bad(400, "InvalidTimeStamp.Expired");
    const query = new URL(url, "http://x").searchParams;
    const isOther = query.has("DomainName") && query.get("DomainName") !== zone;
    if (isOther) return bad(400, "InvalidDomainName.NoExist");
    switch (headers["x-acs-action"]) {
      case "DescribeDomainInfo":
        return { status: 200, body: { DomainName: zone } };
      case "AddDomainRecord":
        if (held.some((one) => one.value === query.get("Value"))) return bad(400, "DomainRecordDuplicate");
        hold(held, query.get("Value") ?? "");
        return { status: 200, body: { RecordId: String(nextId) } };
      case "DescribeSubDomainRecords": {
        const found = query.get("SubDomain") === name ? held : [];
        return {
          status: 200,
          body: {
            DomainRecords: { Record: found.map((one) => ({ RecordId: one.id, RR: "_acme-challenge", Type: "TXT", Value: one.value })) },
          },
        };
      }
      default:
        return drop(held, query.get("RecordId")) ? { status: 200, body: {} } : bad(400, "DomainRecordNotBelongToUser");
    }
  },
};

const dnspod: Service = {
  kind: "dnspod",
  credentials: { secretId: "AKID-test", secretKey: "tencent-secret" },
  secret: "secretKey",
  busy: { status: 200, body: { Response: { Error: { Code: "RequestLimitExceeded", Message: "too many" }, RequestId: "r" } } },
  reply(received, held) {
    // The library signs the host without its port, which in earnest is none.
    const request: Received = { ...received, headers: { ...received.headers, host: received.headers.host?.split(":")[0] ?? "" } };
    const { headers } = request;
    const fine = (response: object): Reply => ({ status: 200, body: { Response: { ...response, RequestId: "r" } } });
    const bad = (Code: string): Reply => fine({ Error: { Code, Message: `${Code}.` } });
    const { algorithm, credential, signed, signature } = authorizationParts(String(headers.authorization));
    const [id, ...scope] = credential;
    const by = { prefix: "TC3", secret: "tencent-secret", algorithm, time: String(headers["x-tc-timestamp"]), scope };
    if (id !== "AKID-test") return bad("AuthFailure.SecretIdNotFound");
    if (signature !== scopedSignature(canonicalRequest(request, signed), by) || !signed.includes("host"))
      return bad("AuthFailure.SignatureFailure");
    const asked = JSON.parse(request.body) as { Domain?: string; Subdomain?: string; Value?: string; RecordId?: number };
    if (asked.Domain !== zone) return bad("InvalidParameterValue.DomainNotExists");
    switch (headers["x-tc-action"]) {
      case "DescribeDomain":
        return fine({ DomainInfo: { Domain: zone } });
      case "CreateRecord":
        if (held.some((one) => one.value === asked.Value)) return bad("InvalidParameter.DomainRecordExist");
        hold(held, asked.Value ?? "");
        return fine({ RecordId: nextId });
      case "DescribeRecordList":
        if (held.length === 0 || asked.Subdomain !== "_acme-challenge") return bad("ResourceNotFound.NoDataOfRecord");
        return fine({ RecordList: held.map((one) => ({ RecordId: Number(one.id), Value: one.value, Type: "TXT" })) });
      default:
        return drop(held, String(asked.RecordId)) ? fine({}) : bad("ResourceNotFound.NoDataOfRecord");
    }
  },
};

const xml = (root: string, inner: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="https://route53.amazonaws.com/doc/2013-04-01/">${inner}</${root}>`;
const route53Failure = (status: number, code: string): Reply => ({
  status,
  type: "text/xml",
  body: xml("ErrorResponse", `<Error><Type>Sender</Type><Code>${code}</Code><Message>${code}</Message></Error><RequestId>r</RequestId>`),
});
const recordSet = (held: Held[]): string =>
  `<ResourceRecordSet><Name>${name}.</Name><Type>TXT</Type><TTL>60</TTL><ResourceRecords>${held
    .map((one) => `<ResourceRecord><Value>&quot;${one.value}&quot;</Value></ResourceRecord>`)
    .join("")}</ResourceRecords></ResourceRecordSet>`;
const valuesIn = (text: string): string[] =>
  [...text.matchAll(/<Value>(?:"|&quot;)(.*?)(?:"|&quot;)<\/Value>/g)].map((match) => match[1] ?? "");

const route53: Service = {
  kind: "route53",
  credentials: { accessKeyId: "AKIA-test", secretAccessKey: "aws-secret" },
  secret: "secretAccessKey",
  busy: route53Failure(400, "Throttling"),
  reply(request, held) {
    const { headers, url, method, body } = request;
    const { algorithm, credential, signed, signature } = authorizationParts(String(headers.authorization));
    const [id, ...scope] = credential;
    const by = { prefix: "AWS4", secret: "aws-secret", algorithm, time: String(headers["x-amz-date"]), scope };
    if (id !== "AKIA-test") return route53Failure(403, "InvalidClientTokenId");
    if (signature !== scopedSignature(canonicalRequest(request, signed), by) || !signed.includes("host") || scope[2] !== "route53")
      return route53Failure(403, "SignatureDoesNotMatch");
    const { pathname, searchParams } = new URL(url, "http://x");
    if (pathname.endsWith("/hostedzonesbyname")) {
      const found = searchParams.get("dnsname") === zone;
      const zones = `<HostedZone><Id>/hostedzone/Z1</Id><Name>${zone}.</Name><CallerReference>c</CallerReference></HostedZone>`;
      const inner = `<HostedZones>${found ? zones : ""}</HostedZones><IsTruncated>false</IsTruncated><MaxItems>10</MaxItems>`;
      return { status: 200, type: "text/xml", body: xml("ListHostedZonesByNameResponse", inner) };
    }
    if (method === "GET") {
      const inner = `<ResourceRecordSets>${held.length > 0 ? recordSet(held) : ""}</ResourceRecordSets><IsTruncated>false</IsTruncated><MaxItems>1</MaxItems>`;
      return { status: 200, type: "text/xml", body: xml("ListResourceRecordSetsResponse", inner) };
    }
    const [deleted, created] = ["DELETE", "CREATE"].map((action) => {
      const change = body.split("<Change>").find((part) => part.includes(`<Action>${action}</Action>`));
      return change === undefined ? null : valuesIn(change);
    });
    const isAsSeen = (deleted ?? []).join() === held.map((one) => one.value).join();
    if (!isAsSeen)
      return {
        status: 400,
        type: "text/xml",
        body: xml(
          "ErrorResponse",
          "<Error><Type>Sender</Type><Code>InvalidChangeBatch</Code><Message>values provided do not match</Message></Error><RequestId>r</RequestId>",
        ),
      };
    held.splice(0);
    for (const value of created ?? []) hold(held, value);
    const info = "<ChangeInfo><Id>/change/C1</Id><Status>PENDING</Status><SubmittedAt>2026-01-01T00:00:00Z</SubmittedAt></ChangeInfo>";
    return { status: 200, type: "text/xml", body: xml("ChangeResourceRecordSetsResponse", info) };
  },
};

/** Cloudflare keeps the quotes that a value is given with. */
const bare = (held: Held[]): string[] => held.map((one) => one.value.replace(/^"|"$/g, "")).sort();

describe.each([cloudflare, aliyun, dnspod, route53])("P7 DNS-01 records at $kind, signed requests over a socket", (service) => {
  let rig: ServiceRig | null = null;
  afterEach(async () => {
    await rig?.close();
    rig = null;
  });
  const start = async (held: Held[], answer = (request: Received) => service.reply(request, held)) => {
    rig = await startService(answer);
    return rig.endpoint;
  };

  test("values come and go one by one, twice is as good as once", async () => {
    const held: Held[] = [];
    const writer = await dnsWriter(service.kind, service.credentials, { endpoint: await start(held) });
    await writer.addTxt({ zone, name, value: "first" });
    await writer.addTxt({ zone, name, value: "second" });
    await writer.addTxt({ zone, name, value: "second" });
    expect(bare(held)).toEqual(["first", "second"]);
    await writer.removeTxt({ zone, name, value: "first" });
    await writer.removeTxt({ zone, name, value: "first" });
    expect(bare(held)).toEqual(["second"]);
    await writer.removeTxt({ zone, name, value: "second" });
    await writer.removeTxt({ zone, name, value: "second" });
    expect(bare(held)).toEqual([]);
  });

  test("a test asks and writes nothing; a zone of somebody else is refused by name or code", async () => {
    const held: Held[] = [];
    const writer = await dnsWriter(service.kind, service.credentials, { endpoint: await start(held) });
    await writer.test(zone);
    expect([
      held,
      rig?.received.filter(({ headers }) => /^(Create|Add|Delete)/.test(String(headers["x-tc-action"] ?? headers["x-acs-action"]))),
    ]).toEqual([[], []]);
    await expect(writer.test("other.org")).rejects.toMatchObject({ code: "invalid", message: expect.stringMatching(/zone/) });
    await expect(writer.addTxt({ zone: "other.org", name: "_x.other.org", value: "v" })).rejects.toMatchObject({ code: "invalid" });
  });

  test("a wrong secret is refused with a sentence that does not hold it", async () => {
    const wrong = { ...service.credentials, [service.secret]: "wrong-secret-value" };
    const writer = await dnsWriter(service.kind, wrong, { endpoint: await start([]) });
    const error = await writer.test(zone).catch((thrown: Error) => thrown);
    expect(error).toMatchObject({ code: "invalid", message: expect.stringMatching(/check/) });
    expect(String(error)).not.toContain("wrong-secret-value");
  });

  test("a service that is busy, broken, talks nonsense or is away is unavailable", async () => {
    const answers: Reply[] = [service.busy, { status: 503, type: "text/html", body: "<h1>503</h1>" }];
    for (const answer of answers) {
      const writer = await dnsWriter(service.kind, service.credentials, { endpoint: await start([], () => answer) });
      await expect(writer.addTxt({ zone, name, value: "v" })).rejects.toMatchObject({ code: "unavailable" });
      await rig?.close();
    }
    rig = null;
    const gone = await startService(() => service.busy);
    await gone.close();
    const writer = await dnsWriter(service.kind, service.credentials, { endpoint: gone.endpoint });
    await expect(writer.addTxt({ zone, name, value: "v" })).rejects.toMatchObject({ code: "unavailable" });
  });

  test("several at once all arrive", async () => {
    const held: Held[] = [];
    const writer = await dnsWriter(service.kind, service.credentials, { endpoint: await start(held) });
    const values = Array.from({ length: service.kind === "route53" ? 3 : 10 }, (_, i) => `value-${i}`);
    await Promise.all(values.map((value) => writer.addTxt({ zone, name, value })));
    expect(bare(held)).toEqual(values);
  });
});
