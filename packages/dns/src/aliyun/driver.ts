import { randomUUID } from "node:crypto";
import type { DnsWriter } from "@agentpod/core/dns";
import { AppError } from "@agentpod/core/errors";
import { z } from "zod";
import { callService } from "../call-service.ts";
import type { CredentialsOf } from "../provider-kinds.ts";
import type { WriterOptions } from "../writer-options.ts";
import { type AliyunCall, aliyunCalls, aliyunRequest } from "./body.ts";

const failureShape = z.object({ Code: z.string(), Message: z.string().default("") });
const recordsShape = z.object({
  DomainRecords: z.object({ Record: z.array(z.object({ RecordId: z.string(), Type: z.string(), Value: z.string() })).default([]) }),
});

export function aliyunWriter(credentials: CredentialsOf<"aliyun">, options: WriterOptions = {}): DnsWriter {
  const send = async (call: AliyunCall, isFine: (code: string) => boolean = () => false): Promise<unknown> => {
    const moment = { date: new Date().toISOString().replace(/\.\d+Z$/, "Z"), nonce: randomUUID() };
    const { status, json } = await callService("Alibaba Cloud DNS", aliyunRequest(credentials, call, moment, options.endpoint));
    if (status < 300) return json;
    const failure = failureShape.safeParse(json);
    if (!failure.success || status >= 500 || /^(Throttling|ServiceUnavailable|InternalError)/.test(failure.data.Code))
      throw new AppError("unavailable", `Alibaba Cloud DNS answered ${status}; it is tried again later.`);
    if (isFine(failure.data.Code)) return null;
    throw new AppError("invalid", `Alibaba Cloud DNS refused ${call.action} (${failure.data.Code}): ${whatToDo(failure.data.Code)}.`);
  };
  return {
    async addTxt(record) {
      await send(aliyunCalls.addTxt(record), (code) => code === "DomainRecordDuplicate");
    },
    async removeTxt(record) {
      const { DomainRecords } = recordsShape.parse(await send(aliyunCalls.listTxt(record)));
      const same = DomainRecords.Record.filter(({ Type, Value }) => Type === "TXT" && Value === record.value);
      for (const { RecordId } of same) await send(aliyunCalls.remove(RecordId), (code) => code === "DomainRecordNotBelongToUser");
    },
    async test(zone) {
      await send(aliyunCalls.zone(zone));
    },
  };
}

function whatToDo(code: string): string {
  if (/AccessKeyId|Signature|SecurityToken/.test(code)) return "check the AccessKey ID and secret";
  if (/^(Forbidden|NoPermission)/.test(code)) return "give the RAM user AliyunDNSFullAccess";
  if (/Domain/.test(code)) return "check that the zone is in this account";
  return "see the code in Alibaba Cloud's documentation";
}
