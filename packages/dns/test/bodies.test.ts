import { aliyunCalls } from "@agentpod/dns/aliyun/body";
import { cloudflareRequests } from "@agentpod/dns/cloudflare/body";
import { dnspodRequests } from "@agentpod/dns/dnspod/body";
import { parseCredentials, providerKinds } from "@agentpod/dns/provider-kinds";
import { updateMessage } from "@agentpod/dns/rfc2136/body";
import { serverAddress } from "@agentpod/dns/rfc2136/server-address";
import { quotedTxt, txtChange } from "@agentpod/dns/route53/body";
import { describe, expect, test } from "vitest";
import { z } from "zod";

const record = { zone: "example.com", name: "_acme-challenge.example.com", value: "tok" };

describe("P7 requests to DNS services as documented", () => {
  test("RFC 2136: the update section adds with class IN and takes away with class NONE", () => {
    const head = (kind: "add" | "remove") => updateMessage(0x1234, kind, { zone: "a.b", name: "c.a.b", value: "tok" }).toString("hex");
    const common = ["1234", "2800", "0001", "0000", "0001", "0000", "0161016200", "0006", "0001", "01630161016200", "0010"].join("");
    expect(head("add")).toBe(`${common}${["0001", "0000003c", "0004", "03746f6b"].join("")}`);
    expect(head("remove")).toBe(`${common}${["00fe", "00000000", "0004", "03746f6b"].join("")}`);
  });

  test("Cloudflare", () => {
    const requests = cloudflareRequests("t0ken");
    const headers = { authorization: "Bearer t0ken", accept: "application/json" };
    expect(requests.findZone("example.com")).toEqual({
      method: "GET",
      url: "https://api.cloudflare.com/client/v4/zones?name=example.com",
      headers,
      body: null,
    });
    expect(requests.addTxt("z1", record)).toEqual({
      method: "POST",
      url: "https://api.cloudflare.com/client/v4/zones/z1/dns_records",
      headers: { ...headers, "content-type": "application/json" },
      body: '{"type":"TXT","name":"_acme-challenge.example.com","content":"\\"tok\\"","ttl":60}',
    });
    expect(requests.remove("z1", "r/1").url).toBe("https://api.cloudflare.com/client/v4/zones/z1/dns_records/r%2F1");
  });

  test("Alibaba Cloud and DNSPod name a record by its part before the zone", () => {
    expect(aliyunCalls.addTxt(record)).toEqual({
      action: "AddDomainRecord",
      version: "2015-01-09",
      parameters: { DomainName: "example.com", RR: "_acme-challenge", Type: "TXT", Value: "tok", TTL: "600" },
    });
    expect(aliyunCalls.listTxt({ zone: "example.com", name: "example.com" }).parameters.SubDomain).toBe("@.example.com");
    expect(dnspodRequests.addTxt(record)).toEqual({
      Domain: "example.com",
      SubDomain: "_acme-challenge",
      RecordType: "TXT",
      RecordLine: "默认",
      RecordLineId: "0",
      Value: "tok",
      TTL: 600,
    });
    expect(dnspodRequests.listTxt({ zone: "example.com", name: "example.com" }).Subdomain).toBe("@");
  });

  test("Route 53: the whole set is exchanged, so that other values stay and a change in between is refused", () => {
    const set = { Name: "_acme-challenge.example.com.", Type: "TXT" as const, TTL: 300, ResourceRecords: [{ Value: '"other"' }] };
    const both = { ...set, ResourceRecords: [{ Value: '"other"' }, { Value: '"tok"' }] };
    const changes = (found: typeof set | null, kind: "add" | "remove") => txtChange("Z1", record, found, kind)?.ChangeBatch?.Changes;
    expect(changes(null, "add")).toEqual([
      { Action: "CREATE", ResourceRecordSet: { ...set, TTL: 60, ResourceRecords: [{ Value: '"tok"' }] } },
    ]);
    expect(changes(set, "add")).toEqual([
      { Action: "DELETE", ResourceRecordSet: set },
      { Action: "CREATE", ResourceRecordSet: both },
    ]);
    expect(changes(both, "remove")).toEqual([
      { Action: "DELETE", ResourceRecordSet: both },
      { Action: "CREATE", ResourceRecordSet: set },
    ]);
    expect(changes({ ...set, ResourceRecords: [{ Value: '"tok"' }] }, "remove")).toHaveLength(1);
    expect(txtChange("Z1", record, both, "add")).toBeNull();
    expect(txtChange("Z1", record, null, "remove")).toBeNull();
    expect(quotedTxt(`a"b\\${"x".repeat(300)}`)).toBe(`"a\\"b\\\\${"x".repeat(251)}" "${"x".repeat(49)}"`);
  });
});

describe("P7 credentials of DNS services", () => {
  test("what is wrong is told by field, and never what was in it", () => {
    const wrong = { server: "bad host!", keyName: "", secret: "not base64 at all", algorithm: "hmac-md5", extra: "x" };
    let thrown: unknown;
    try {
      parseCredentials("rfc2136", wrong);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ code: "invalid" });
    const text = JSON.stringify(thrown) + String(thrown);
    for (const field of ["server", "keyName", "secret", "algorithm", "extra"]) expect(text).toContain(`credentials.${field}`);
    expect(text).not.toMatch(/not base64 at all|bad host!|hmac-md5/);
    expect(() => parseCredentials("cloudflare", {})).toThrow("credentials.apiToken: expected a text");
    expect(parseCredentials("rfc2136", { server: "ns1", keyName: "k", secret: "YQ==" }).algorithm).toBe("hmac-sha256");
  });

  test("every kind describes its fields for forms, each with a title, secrets marked", () => {
    for (const { title, credentials } of Object.values(providerKinds)) {
      const schema = z.toJSONSchema(credentials, { io: "input" }) as { properties: Record<string, { title?: string; secret?: boolean }> };
      const fields = Object.values(schema.properties);
      expect([title.length > 0, fields.length > 0, fields.every((field) => (field.title ?? "") !== "")]).toEqual([true, true, true]);
      expect(fields.filter((field) => field.secret)).toHaveLength(1);
    }
  });

  test("addresses of name servers", () => {
    expect(serverAddress("ns1.example.com")).toEqual({ host: "ns1.example.com", port: 53 });
    expect(serverAddress("192.0.2.1:5353")).toEqual({ host: "192.0.2.1", port: 5353 });
    expect(serverAddress("[2001:db8::1]:53")).toEqual({ host: "2001:db8::1", port: 53 });
    for (const wrong of ["", "a b", "ns1:0", "ns1:99999", "http://ns1", "2001:db8::1:53", "ns1/.."])
      expect(serverAddress(wrong)).toBeNull();
  });
});
