import type { BlockList } from "node:net";
import type { RequestTarget } from "../routing/request-target.ts";
import { connectionNames, headerKind } from "./header-kind.ts";
import { withoutOwnCookies } from "./own-cookies.ts";
import { clientAddress, type Peer } from "./peer.ts";
import { newRequestId } from "./request-id.ts";

/** What a request looks like to its upstream. */
export interface OutgoingHeaders {
  /** Flat list of names and values, Host first; without hop-by-hop and forwarded headers of strangers. */
  list: string[];
  hasBody: boolean;
  /** The list holds a Content-Length. */
  hasLength: boolean;
  /** For the access log: the client itself, not the proxy in front of it. */
  client: string;
  /** The client is at HTTPS, here or at a trusted proxy. */
  isHttps: boolean;
  requestId: string;
}

export interface HeaderOrigin {
  peer: Peer;
  target: RequestTarget;
  trusted: BlockList | null;
  /** AgentPod's own server: it gets its cookies. */
  isFront: boolean;
  /** The upstream is told of the client alone, and never of loopback. */
  isClientAlone: boolean;
}

/** Headers as they came in (flat list) to headers for the upstream. */
export function outgoingHeaders(raw: readonly string[], origin: HeaderOrigin): OutgoingHeaders {
  const { peer, target } = origin;
  const list = ["host", target.authority];
  let hasBody = false;
  let hasLength = false;
  let hopNames: Set<string> | null = null;
  let given: Record<string, string> | null = null;
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i] as string;
    const value = raw[i + 1] as string;
    switch (headerKind(name)) {
      case "copy":
      case "set-cookie":
        list.push(name, value);
        break;
      case "content-length":
        hasBody ||= value !== "0";
        hasLength = true;
        list.push(name, value);
        break;
      case "transfer-encoding":
        hasBody = true;
        break;
      case "connection":
        hopNames = union(hopNames, connectionNames(value));
        break;
      case "cookie": {
        const rest = origin.isFront ? value : withoutOwnCookies(value);
        if (rest !== null) list.push(name, rest);
        break;
      }
      case "forwarded":
      case "request-id":
        if (peer.isTrusted) given = keep(given, name, value);
        break;
    }
  }
  const result = hopNames === null ? list : withoutNames(list, hopNames);
  const client = pushForwarded(result, origin, given);
  const requestId = given?.["x-request-id"] ?? newRequestId();
  result.push("x-request-id", requestId);
  const isHttps = (given?.["x-forwarded-proto"] ?? (peer.isTls ? "https" : "http")) === "https";
  return { list: result, hasBody, hasLength, client, isHttps, requestId };
}

/** An address of documentation (RFC 5737), which no client has. */
const thisMachine = "192.0.2.1";

const isLoopback = (address: string): boolean => address === "::1" || address.startsWith("127.");

/** Says who asked for what; returns the client's address. */
function pushForwarded(
  list: string[],
  { peer, target, trusted, isClientAlone }: HeaderOrigin,
  given: Record<string, string> | null,
): string {
  const chain = given?.["x-forwarded-for"] ?? null;
  const client = chain === null ? peer.address : clientAddress(peer, chain, trusted);
  const told = isClientAlone && isLoopback(client) ? thisMachine : client;
  const whole = chain === null ? peer.address : peer.isInner ? chain : `${chain}, ${peer.address}`;
  list.push(
    "x-forwarded-for",
    isClientAlone ? told : whole,
    "x-forwarded-proto",
    given?.["x-forwarded-proto"] ?? (peer.isTls ? "https" : "http"),
    "x-forwarded-host",
    given?.["x-forwarded-host"] ?? target.authority,
    "x-forwarded-port",
    given?.["x-forwarded-port"] ?? target.port ?? (peer.isTls ? "443" : "80"),
    "x-real-ip",
    told,
  );
  return client;
}

const plain: Record<string, RegExp> = {
  "x-forwarded-for": /^[0-9a-fA-F.:, ]{2,1000}$/,
  "x-forwarded-proto": /^https?$/,
  "x-forwarded-host": /^[A-Za-z0-9._:[\]-]{1,300}$/,
  "x-forwarded-port": /^\d{1,5}$/,
  "x-request-id": /^[A-Za-z0-9._-]{1,128}$/,
};

/** What a trusted proxy said, where it is well-formed; several X-Forwarded-For headers are one list. */
function keep(given: Record<string, string> | null, name: string, value: string): Record<string, string> | null {
  const lower = name.toLowerCase();
  if (!plain[lower]?.test(value)) return given;
  const before = lower === "x-forwarded-for" ? given?.[lower] : undefined;
  return { ...given, [lower]: before === undefined ? value : `${before}, ${value}` };
}

function withoutNames(list: readonly string[], names: ReadonlySet<string>): string[] {
  const result: string[] = [];
  for (let i = 0; i < list.length; i += 2) {
    const name = list[i] as string;
    if (i === 0 || headerKind(name) === "content-length" || !names.has(name.toLowerCase())) result.push(name, list[i + 1] as string);
  }
  return result;
}

const union = (a: Set<string> | null, b: Set<string> | null): Set<string> | null => (a && b ? new Set([...a, ...b]) : (a ?? b));
