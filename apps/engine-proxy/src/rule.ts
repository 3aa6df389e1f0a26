import type { IncomingMessage } from "node:http";
import type { EngineObjects } from "./engine-objects.ts";
import type { InstallationPin } from "./installation-pin.ts";

/** A request as a rule sees it; its target has one spelling. */
export interface Asked {
  /** Groups of the rule's path. */
  parts: string[];
  query: ReadonlyMap<string, string>;
  request: IncomingMessage;
  /** The body as JSON. Throws `invalid` for none or one that is too large. */
  json(): Promise<unknown>;
  /** The body as it is; at most this long. */
  bytes(most: number): Promise<Buffer>;
}

/** What is sent to the engine instead of what came: made anew from what was understood. */
export interface Passage {
  path: string;
  query?: ReadonlyMap<string, string> | Record<string, string>;
  /** `tar`: the request's own body, as it comes. Absent: none. */
  body?: { json: unknown } | { tar: "stream" | Buffer };
  /** `X-Registry-Auth` goes along. */
  withRegistryLogin?: boolean;
}

export interface Ground {
  objects: EngineObjects;
  pin: InstallationPin;
  subnets: string;
  firewallImage: string | null;
}

export interface Rule {
  method: "GET" | "POST" | "PUT" | "DELETE" | "HEAD";
  path: RegExp;
  /** Names that the query may have. */
  query: readonly string[];
  /** What to send on. Throws `forbidden`; an `EngineRefusal` is the engine's own answer. */
  allow(asked: Asked, ground: Ground): Promise<Passage> | Passage;
}
