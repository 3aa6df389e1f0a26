import { createHash, createHmac } from "node:crypto";
import type { TxtRecord } from "@agentpod/core/dns";
import type { ServiceRequest } from "../call-service.ts";
import { subdomainOf } from "../subdomain-of.ts";

export const aliyunUrl = "https://alidns.aliyuncs.com";

/** An action of an API in the RPC style, with its parameters. */
export interface AliyunCall {
  action: string;
  version: string;
  parameters: Record<string, string>;
}

/** What makes one signature differ from the next. */
export interface AliyunMoment {
  /** ISO 8601 without fractions. */
  date: string;
  nonce: string;
}

const version = "2015-01-09";
const call = (action: string, parameters: Record<string, string>): AliyunCall => ({ action, version, parameters });

export const aliyunCalls = {
  // 600 s is the least that every edition of the service takes.
  addTxt: ({ zone, name, value }: TxtRecord) =>
    call("AddDomainRecord", { DomainName: zone, RR: subdomainOf(name, zone), Type: "TXT", Value: value, TTL: "600" }),
  listTxt: ({ zone, name }: Omit<TxtRecord, "value">) =>
    call("DescribeSubDomainRecords", { DomainName: zone, SubDomain: `${subdomainOf(name, zone)}.${zone}`, Type: "TXT", PageSize: "500" }),
  remove: (recordId: string) => call("DeleteDomainRecord", { RecordId: recordId }),
  zone: (zone: string) => call("DescribeDomainInfo", { DomainName: zone }),
};

/** A call signed by ACS3-HMAC-SHA256 as Alibaba Cloud documents it. */
export function aliyunRequest(
  key: { accessKeyId: string; accessKeySecret: string },
  { action, version, parameters }: AliyunCall,
  { date, nonce }: AliyunMoment,
  base: string = aliyunUrl,
): ServiceRequest {
  const query = Object.keys(parameters)
    .sort()
    .map((name) => `${encoded(name)}=${encoded(parameters[name] ?? "")}`)
    .join("&");
  const signedHeaders = {
    host: new URL(base).host,
    "x-acs-action": action,
    "x-acs-content-sha256": sha256(""),
    "x-acs-date": date,
    "x-acs-signature-nonce": nonce,
    "x-acs-version": version,
  };
  const names = Object.keys(signedHeaders).join(";");
  const lines = Object.entries(signedHeaders).map(([name, value]) => `${name}:${value}\n`);
  const canonical = ["POST", "/", query, lines.join(""), names, sha256("")].join("\n");
  const signature = createHmac("sha256", key.accessKeySecret)
    .update(`ACS3-HMAC-SHA256\n${sha256(canonical)}`)
    .digest("hex");
  const { host: _, ...headers } = signedHeaders;
  return {
    method: "POST",
    url: `${base}/?${query}`,
    headers: { ...headers, authorization: `ACS3-HMAC-SHA256 Credential=${key.accessKeyId},SignedHeaders=${names},Signature=${signature}` },
    body: null,
  };
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** RFC 3986, which encodes more than `encodeURIComponent`. */
const encoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
