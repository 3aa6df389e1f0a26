import type { DnsReader } from "@agentpod/core/dns";
import { type Domain, ownershipPath, ownershipRecord, ownershipValue } from "@agentpod/core/domain";
import { AppError, toAppError } from "@agentpod/core/errors";
import type { OutboundGuard } from "../outbound/outbound-guard.ts";

export interface DomainFinding {
  /** Null: the token was not found. */
  method: "dns" | "http" | null;
  /** What was found, in whole sentences; what to do where nothing was. */
  message: string;
  /** False where a look failed: the token may be there nevertheless. */
  isSure: boolean;
}

export interface DomainLooks {
  reader: Pick<DnsReader, "txt" | "authoritativeTxt">;
  guard: Pick<OutboundGuard, "fetch">;
  /**
   * Whether other tenants ask for it too, or for a name above or below. HTTP then proves nothing: this installation's
   * gateway answers everybody's token at a host that points here.
   */
  isContested(domain: Domain): Promise<boolean>;
  /** Where the token is asked for over HTTP; 80 unless given. */
  httpPort?: number;
}

type Looked = { found: boolean; message: string; isSure: boolean };

const maxBytes = 1024;
const timeoutMs = 5000;

/** Looks whether a domain's owner has published its token: TXT at the authoritative servers, then HTTP at the domain itself. Throws only what `isContested` throws. */
export async function checkDomain(domain: Domain, looks: DomainLooks): Promise<DomainFinding> {
  const dns = await lookAtTxt(domain, looks.reader);
  if (dns.found) return { method: "dns", message: dns.message, isSure: true };
  if (await looks.isContested(domain))
    return {
      method: null,
      isSure: dns.isSure,
      message: `${dns.message} Another tenant asks for this domain too, so that only the TXT record counts.`,
    };
  const http = await lookOverHttp(domain, looks);
  if (http.found) return { method: "http", message: http.message, isSure: true };
  const advice = `Publish the TXT record ${ownershipRecord(domain.name)} with the value ${ownershipValue(domain.token)}, or point the domain here.`;
  return { method: null, isSure: dns.isSure && http.isSure, message: `${dns.message} ${http.message} ${advice}` };
}

async function lookAtTxt({ name, token }: Domain, reader: DomainLooks["reader"]): Promise<Looked> {
  const record = ownershipRecord(name);
  try {
    const values = await reader.authoritativeTxt(record).catch((thrown) => {
      if (toAppError(thrown).code === "unavailable") return reader.txt(record);
      throw thrown;
    });
    if (values.includes(ownershipValue(token))) return { found: true, isSure: true, message: `The TXT record ${record} holds the token.` };
    return { found: false, isSure: true, message: whatIsThere(record, values) };
  } catch (thrown) {
    const { code, message } = toAppError(thrown);
    return { found: false, isSure: code === "invalid", message: code === "internal" ? `${record} could not be looked up.` : message };
  }
}

/** What others wrote into the record is counted, never repeated. */
function whatIsThere(record: string, values: readonly string[]): string {
  if (values.length === 0) return `There is no TXT record ${record}.`;
  const ours = ownershipValue("");
  if (values.some((value) => value.includes(ours) && !value.startsWith(ours)))
    return `The TXT record ${record} has the token with something around it.`;
  if (values.some((value) => value.startsWith(ours))) return `The TXT record ${record} holds another token than this domain's.`;
  return `The TXT record ${record} holds ${values.length === 1 ? "another value" : `${values.length} other values`}.`;
}

async function lookOverHttp({ name, token }: Domain, { guard, httpPort = 80 }: DomainLooks): Promise<Looked> {
  const url = `http://${name}${httpPort === 80 ? "" : `:${httpPort}`}${ownershipPath(token)}`;
  try {
    const { status, body } = await guard.fetch(url, { timeoutMs, maxBytes });
    if (status === 200 && body.toString("utf8").trim() === token)
      return { found: true, isSure: true, message: `${url} answered the token.` };
    const what =
      status === 200
        ? "something other than the token"
        : status >= 300 && status < 400
          ? `${status}, and redirects are not followed`
          : status;
    return { found: false, isSure: true, message: `${url} answered ${what}.` };
  } catch (thrown) {
    const error = thrown instanceof AppError ? thrown : null;
    return { found: false, isSure: error?.code === "invalid", message: error?.message ?? `${url} could not be asked.` };
  }
}
