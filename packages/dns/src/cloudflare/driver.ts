import type { DnsWriter } from "@agentpod/core/dns";
import { AppError } from "@agentpod/core/errors";
import { z } from "zod";
import { callService, type ServiceRequest } from "../call-service.ts";
import type { CredentialsOf } from "../provider-kinds.ts";
import type { WriterOptions } from "../writer-options.ts";
import { cloudflareRequests } from "./body.ts";

const answerShape = z.object({
  success: z.boolean(),
  errors: z.array(z.object({ code: z.number(), message: z.string() })).default([]),
  result: z.unknown(),
});
const zonesShape = z.array(z.object({ id: z.string(), name: z.string() }));
const recordsShape = z.array(z.object({ id: z.string(), content: z.string() }));

/** "An identical record already exists"; "Record does not exist". */
const already = [81_057, 81_058];
const absent = [81_044];

export function cloudflareWriter({ apiToken }: CredentialsOf<"cloudflare">, options: WriterOptions = {}): DnsWriter {
  const requests = cloudflareRequests(apiToken, options.endpoint);
  const zoneId = async (zone: string): Promise<string> => {
    const zones = zonesShape.parse((await call(requests.findZone(zone))).result);
    const found = zones.find((one) => one.name === zone);
    if (found) return found.id;
    throw new AppError("invalid", `Cloudflare knows no zone ${zone} for this API token: check the zone's name and what the token may see.`);
  };
  const records = async (id: string, name: string) => recordsShape.parse((await call(requests.listTxt(id, name))).result);
  return {
    async addTxt(record) {
      await call(requests.addTxt(await zoneId(record.zone), record), already);
    },
    async removeTxt(record) {
      const id = await zoneId(record.zone);
      const same = (await records(id, record.name)).filter(({ content }) => content.replace(/^"|"$/g, "") === record.value);
      for (const one of same) await call(requests.remove(id, one.id), absent);
    },
    async test(zone) {
      await records(await zoneId(zone), zone);
    },
  };
}

/** The answer, where it succeeded or failed with one of the codes that mean "as wanted". */
async function call(request: ServiceRequest, fine: readonly number[] = []): Promise<{ result: unknown }> {
  const { status, json } = await callService("Cloudflare", request);
  const answer = answerShape.safeParse(json);
  if (!answer.success || status >= 500 || status === 429)
    throw new AppError("unavailable", `Cloudflare answered ${status}; it is tried again later.`);
  const [error] = answer.data.errors;
  if (answer.data.success || (error && fine.includes(error.code))) return answer.data;
  throw new AppError(
    "invalid",
    `Cloudflare refused${error ? ` (${error.code} ${error.message})` : ""}: check that the API token is valid and has Zone:Read and DNS:Edit for the zone.`,
  );
}
