import type { DnsWriter, TxtRecord } from "@agentpod/core/dns";
import { AppError } from "@agentpod/core/errors";
import { dnspod } from "tencentcloud-sdk-nodejs-dnspod";
import type { CredentialsOf } from "../provider-kinds.ts";
import type { WriterOptions } from "../writer-options.ts";
import { dnspodRequests } from "./body.ts";

export function dnspodWriter(credentials: CredentialsOf<"dnspod">, options: WriterOptions = {}): DnsWriter {
  const endpoint = options.endpoint === undefined ? null : new URL(options.endpoint);
  const client = new dnspod.v20210323.Client({
    credential: { ...credentials },
    region: "",
    profile: {
      httpProfile: { reqTimeout: 15, ...(endpoint ? { endpoint: endpoint.host, protocol: `${endpoint.protocol}//` } : {}) },
    },
  });
  const list = async (record: TxtRecord): Promise<{ RecordId?: number; Value?: string }[]> =>
    (await call(() => client.DescribeRecordList(dnspodRequests.listTxt(record)), "ResourceNotFound.NoDataOfRecord"))?.RecordList ?? [];
  return {
    async addTxt(record) {
      await call(() => client.CreateRecord(dnspodRequests.addTxt(record)), "InvalidParameter.DomainRecordExist");
    },
    async removeTxt(record) {
      for (const { RecordId, Value } of await list(record)) {
        if (RecordId === undefined || Value?.replace(/^"|"$/g, "") !== record.value) continue;
        await call(() => client.DeleteRecord(dnspodRequests.remove(record.zone, RecordId)), "ResourceNotFound.NoDataOfRecord");
      }
    },
    async test(zone) {
      await call(() => client.DescribeDomain(dnspodRequests.zone(zone)));
    },
  };
}

/** The answer; null where the service refused with the code that means "as wanted". */
async function call<T>(send: () => Promise<T>, fine?: string): Promise<T | null> {
  try {
    return await send();
  } catch (cause) {
    const code = codeOf(cause);
    if (code !== null && code === fine) return null;
    if (code === null || /^(InternalError|RequestLimitExceeded|LimitExceeded|FailedOperation\.Temporary)/.test(code))
      throw new AppError("unavailable", "DNSPod gave no answer that can be used; it is tried again later.", { cause });
    throw new AppError("invalid", `DNSPod refused (${code}): ${whatToDo(code)}.`, { cause });
  }
}

/** Codes of the API are words with dots; those of a failed connection are not. */
function codeOf(thrown: unknown): string | null {
  const code = (thrown as { code?: unknown }).code;
  return typeof code === "string" && /^[A-Z][A-Za-z]+(\.[A-Za-z0-9]+)*$/.test(code) && !/^E[A-Z]+$/.test(code) ? code : null;
}

function whatToDo(code: string): string {
  if (code.startsWith("AuthFailure")) return "check SecretId and SecretKey";
  if (code.startsWith("UnauthorizedOperation") || code.startsWith("OperationDenied")) return "give the user QcloudDNSPodFullAccess";
  if (/Domain/.test(code)) return "check that the zone is in this account";
  return "see the code in Tencent Cloud's documentation";
}
