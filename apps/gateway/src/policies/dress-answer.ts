import type { CompiledPolicies } from "./compiled-policies.ts";
import { compressedHeaders, isCompressible, variedHeaders } from "./compressible.ts";
import { type ContentCoding, contentCoding } from "./content-coding.ts";
import { addedToPage, changedHeaders } from "./header-change.ts";
import { headerValues } from "./header-values.ts";

export interface Dressing {
  policies: CompiledPolicies;
  /** The client's headers, a flat list. */
  asked: readonly string[];
  /** For any answer: what admission said. */
  extra: readonly string[];
}

/** An upstream's headers as the route's policies want them, and the coding its body is to be sent in (null: as it is, and never where `canCode` is false). */
export function dressAnswer(
  answer: readonly string[],
  status: number,
  canCode: boolean,
  { policies, asked, extra }: Dressing,
): { headers: string[]; coding: ContentCoding | null } {
  let headers = [...answer, ...extra];
  if (policies.cors !== null) headers = policies.cors.applyTo(headers, asked);
  if (policies.responseHeaders !== null) headers = changedHeaders(headers, policies.responseHeaders);
  if (!policies.compress || !isCompressible(status, headers)) return { headers, coding: null };
  const coding = !canCode ? null : contentCoding(headerValues(asked, "accept-encoding"));
  return coding === null ? { headers: variedHeaders(headers), coding } : { headers: compressedHeaders(headers, coding), coding };
}

/** A page of the gateway's own: scripts may read it where they may read the route, and headers are set that it has not itself. */
export function dressPage(page: readonly string[], { policies, asked, extra }: Dressing): string[] {
  let headers = [...page, ...extra];
  if (policies.cors !== null) headers = policies.cors.applyTo(headers, asked);
  return policies.responseHeaders === null ? headers : [...headers, ...addedToPage(headers, policies.responseHeaders)];
}
