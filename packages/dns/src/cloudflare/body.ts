import type { TxtRecord } from "@agentpod/core/dns";
import type { ServiceRequest } from "../call-service.ts";

export const cloudflareUrl = "https://api.cloudflare.com";

type Method = ServiceRequest["method"];

function request(token: string, base: string, method: Method, path: string, body?: object): ServiceRequest {
  return {
    method,
    url: `${base}/client/v4${path}`,
    headers: { authorization: `Bearer ${token}`, accept: "application/json", ...(body ? { "content-type": "application/json" } : {}) },
    body: body ? JSON.stringify(body) : null,
  };
}

/** Requests of Cloudflare's API v4 as documented; the token goes into the header alone. */
export const cloudflareRequests = (token: string, base: string = cloudflareUrl) => ({
  findZone: (zone: string) => request(token, base, "GET", `/zones?name=${encodeURIComponent(zone)}`),
  listTxt: (zoneId: string, name: string) =>
    request(token, base, "GET", `/zones/${encodeURIComponent(zoneId)}/dns_records?type=TXT&name=${encodeURIComponent(name)}&per_page=100`),
  addTxt: (zoneId: string, { name, value }: TxtRecord) =>
    request(token, base, "POST", `/zones/${encodeURIComponent(zoneId)}/dns_records`, { type: "TXT", name, content: `"${value}"`, ttl: 60 }),
  remove: (zoneId: string, recordId: string) =>
    request(token, base, "DELETE", `/zones/${encodeURIComponent(zoneId)}/dns_records/${encodeURIComponent(recordId)}`),
});
