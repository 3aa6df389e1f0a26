import type { GatewayChoice, GatewayChoiceInput } from "@agentpod/core/api/gateway-view";

export const gatewayKinds = ["embedded", "caddy", "traefik"] as const;
export type GatewayKind = (typeof gatewayKinds)[number];

/** Fields of each kind with what they hold unless said otherwise; an empty one of `none` means that there is none. */
export const gatewayFields: Record<GatewayKind, { name: string; first: string; isNumber?: boolean; mayBeNone?: boolean }[]> = {
  embedded: [],
  caddy: [
    { name: "admin", first: "http://127.0.0.1:2019" },
    { name: "http", first: ":80" },
    { name: "https", first: ":443", mayBeNone: true },
  ],
  traefik: [
    { name: "httpEntryPoint", first: "web" },
    { name: "httpsEntryPoint", first: "websecure", mayBeNone: true },
    { name: "httpsPort", first: "443", isNumber: true },
    { name: "inner", first: "", mayBeNone: true },
  ],
};

/** What the fields of a kind hold at first: as it is in use, else the defaults. */
export function firstGateway(kind: GatewayKind, inUse: GatewayChoice): Record<string, string> {
  const known: Record<string, unknown> = inUse.kind === kind ? inUse : {};
  return Object.fromEntries(gatewayFields[kind].map(({ name, first }) => [name, name in known ? String(known[name] ?? "") : first]));
}

/** The fields as the API takes them. */
export function gatewayOf(kind: GatewayKind, values: Record<string, string>): GatewayChoiceInput {
  const given = gatewayFields[kind].map(({ name, isNumber, mayBeNone }) => {
    const text = (values[name] ?? "").trim();
    return [name, text === "" && mayBeNone ? null : isNumber && text !== "" ? Number(text) : text];
  });
  return { kind, ...Object.fromEntries(given) } as GatewayChoiceInput;
}
