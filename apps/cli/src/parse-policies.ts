import type { PolicyChanges } from "@agentpod/core/api/pod-route-view";
import { AppError } from "@agentpod/core/errors";

/** What `route set` says of policies; `none` takes one away. */
export interface PolicyOptions {
  https?: "auto" | "redirect" | "both";
  hsts?: string;
  maintenance?: string;
  allow?: string[];
  deny?: string[];
  denyPath?: string[];
  clientAddress?: boolean;
  rateLimit?: string;
  rateBy?: string;
  cors?: string[];
  maxBody?: string;
  requestHeader?: string[];
  responseHeader?: string[];
  compress?: boolean;
  retries?: number;
  idleTimeout?: string;
}

/** Options as changes of policies; throws `invalid` with the option and what it takes. */
export function parsePolicies(options: PolicyOptions): PolicyChanges {
  const changes: PolicyChanges = {};
  const { https, hsts, maintenance, allow, deny, cors, compress, retries, idleTimeout } = options;
  if (https !== undefined) changes.https = https;
  if (hsts !== undefined) changes.hsts = hsts === "none" ? null : { maxAgeSeconds: seconds("--hsts", hsts) };
  if (maintenance !== undefined) changes.maintenance = maintenance === "none" ? null : { message: maintenance };
  if (allow !== undefined || deny !== undefined)
    changes.addresses = isNone(allow) || isNone(deny) ? null : { allow: allow ?? [], deny: deny ?? [] };
  if (options.denyPath !== undefined) changes.deniedPaths = isNone(options.denyPath) ? null : options.denyPath;
  if (options.clientAddress !== undefined) changes.forwardedFor = options.clientAddress ? "client" : null;
  if (options.rateLimit !== undefined) changes.rateLimit = rateLimit(options.rateLimit, options.rateBy);
  else if (options.rateBy !== undefined) throw new AppError("invalid", "--rate-by goes with --rate-limit");
  if (cors !== undefined) changes.cors = isNone(cors) ? null : { origins: cors };
  if (options.maxBody !== undefined) changes.maxBodyBytes = options.maxBody === "none" ? null : bytes(options.maxBody);
  if (options.requestHeader !== undefined) changes.requestHeaders = headers("--request-header", options.requestHeader);
  if (options.responseHeader !== undefined) changes.responseHeaders = headers("--response-header", options.responseHeader);
  if (compress !== undefined) changes.compress = compress;
  if (retries !== undefined) changes.retries = retries;
  if (idleTimeout !== undefined) changes.idleTimeoutSeconds = idleTimeout === "none" ? 0 : seconds("--idle-timeout", idleTimeout);
  return changes;
}

const isNone = (values: string[] | undefined): boolean => values?.length === 1 && values[0] === "none";

const units: Record<string, number> = { "": 1, s: 1, m: 60, h: 3600, d: 86_400 };

function seconds(option: string, text: string): number {
  const [, count, unit = ""] = /^(\d{1,9})([smhd]?)$/.exec(text) ?? [];
  if (count === undefined)
    throw new AppError("invalid", `${option} takes a time such as 90s, 10m or 365d, or none; not ${text.slice(0, 40)}`);
  return Number(count) * (units[unit] ?? 1);
}

/** `100/60s`, with a burst `100/60s/200`. */
function rateLimit(text: string, by: string | undefined): PolicyChanges["rateLimit"] {
  if (text === "none") return null;
  const [, requests, per, burst] = /^(\d{1,7})\/(\d{0,6}[smhd])(?:\/(\d{1,7}))?$/.exec(text) ?? [];
  if (requests === undefined || per === undefined)
    throw new AppError(
      "invalid",
      `--rate-limit takes requests per time such as 100/60s or 10/s, with a burst 10/s/50, or none; not ${text.slice(0, 40)}`,
    );
  return {
    requests: Number(requests),
    perSeconds: seconds("--rate-limit", /^\d/.test(per) ? per : `1${per}`),
    ...(burst === undefined ? {} : { burst: Number(burst) }),
    ...(by === undefined || by === "address" ? {} : { by: { header: by } }),
  };
}

function bytes(text: string): number {
  const [, count, unit = ""] = /^(\d{1,9})\s*(|k|m|g)b?$/i.exec(text) ?? [];
  if (count === undefined) throw new AppError("invalid", `--max-body takes a size such as 10mb, or none; not ${text.slice(0, 40)}`);
  return Number(count) * 1024 ** ["", "k", "m", "g"].indexOf(unit.toLowerCase());
}

/** `Name: value` sets, `-Name` removes. */
function headers(option: string, given: string[]): PolicyChanges["requestHeaders"] {
  if (isNone(given)) return null;
  const set: Record<string, string> = {};
  const remove: string[] = [];
  for (const text of given) {
    const [, name, value] = /^([^:\s]+):\s*(.*)$/.exec(text) ?? [];
    if (text.startsWith("-")) remove.push(text.slice(1));
    else if (name !== undefined && value !== undefined) set[name] = value;
    else throw new AppError("invalid", `${option} takes "Name: value", "-Name" to remove it, or none; not ${text.slice(0, 60)}`);
  }
  return { set, remove };
}
