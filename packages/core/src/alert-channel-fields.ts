import { z } from "zod";
import type { ChannelKind } from "./alert.ts";
import { type ChannelConfigs, channelConfigs } from "./alert-channel-config.ts";

/** What any kind of channel is given. */
export type ChannelFieldName = { [K in ChannelKind]: keyof ChannelConfigs[K] }[ChannelKind];

/** One thing that a channel is given, for a form. */
export interface ChannelField {
  name: ChannelFieldName;
  type: "text" | "secret" | "number" | "list" | "choice";
  choices: readonly string[];
  isRequired: boolean;
  /** What it is unless given; "" where nothing is. */
  usual: string;
}

interface Property {
  type?: string;
  enum?: string[];
  default?: unknown;
}

const secrets: readonly string[] = ["secret", "password", "token"];

/** The fields of a kind, read from the schema that the API checks it by. */
export function channelFields(kind: ChannelKind): ChannelField[] {
  const schema = z.toJSONSchema(channelConfigs[kind], { io: "input" }) as { properties: Record<string, Property>; required?: string[] };
  return Object.entries(schema.properties).map(([name, property]) => ({
    name: name as ChannelFieldName,
    type: typeOf(name, property),
    choices: property.enum ?? [],
    isRequired: schema.required?.includes(name) ?? false,
    usual: property.default === undefined ? "" : String(property.default),
  }));
}

function typeOf(name: string, { type, enum: choices }: Property): ChannelField["type"] {
  if (secrets.includes(name)) return "secret";
  if (choices !== undefined) return "choice";
  if (type === "array") return "list";
  return type === "integer" || type === "number" ? "number" : "text";
}
