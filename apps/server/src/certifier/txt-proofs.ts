import { setTimeout as delay } from "node:timers/promises";
import type { Proof } from "@agentpod/acme/proof";
import type { DnsWriter, TxtRecord } from "@agentpod/core/dns";
import { AppError } from "@agentpod/core/errors";
import type { CertifierWorld } from "./certifier-world.ts";

/** A record that may be at a DNS service; kept until it is known to be gone. */
interface LeftRecord {
  provider: string;
  record: TxtRecord;
}

const seenWithinMs = 120_000;
const settingOf = (certificate: string): string => `acme-txt/${certificate}`;

/** Publishes the records of DNS proofs and waits until every server of the zone gives them; gives what takes them back. */
export async function showTxt(
  world: CertifierWorld,
  certificate: string,
  provider: { id: string; zone: string },
  proofs: readonly Proof[],
  signal: AbortSignal,
): Promise<() => Promise<void>> {
  const records = proofs.flatMap((proof): TxtRecord[] =>
    proof.challenge === "dns-01" ? [{ zone: provider.zone, name: proof.name, value: proof.value }] : [],
  );
  const writer = await writerOf(world, provider.id);
  // Written down first: whoever comes after a crash knows what to remove.
  await keepLeft(
    world,
    certificate,
    records.map((record) => ({ provider: provider.id, record })),
  );
  const takeBack = (): Promise<void> => clearTxt(world, certificate);
  try {
    for (const record of records) await writer.addTxt(record);
    world.crash("after:txt");
    for (const record of records) await untilSeen(world, record, signal);
  } catch (error) {
    await takeBack();
    throw error;
  }
  return takeBack;
}

/** Removes what this certificate's last attempt left at DNS services; nothing left: no effect. What cannot be removed now is tried again with the next. Never throws for that. */
export async function clearTxt(world: CertifierWorld, certificate: string): Promise<void> {
  const left = await world.database.asSystem((store) => store.settings.find(settingOf(certificate)));
  if (!Array.isArray(left) || left.length === 0) return;
  const remaining: LeftRecord[] = [];
  for (const one of left as LeftRecord[]) {
    try {
      const writer = await writerOf(world, one.provider);
      await writer.removeTxt(one.record);
    } catch (error) {
      if (error instanceof AppError && error.code === "not_found") continue;
      world.log.warn({ err: error, name: one.record.name }, "a TXT record could not be removed; trying again with the next attempt");
      remaining.push(one);
    }
  }
  await keepLeft(world, certificate, remaining);
}

function keepLeft(world: CertifierWorld, certificate: string, left: readonly LeftRecord[]): Promise<void> {
  return world.database.asSystem((store) => store.settings.set(settingOf(certificate), left, "system"));
}

/** `not_found` where the provider is gone. */
async function writerOf({ database, openDnsWriter }: CertifierWorld, id: string): Promise<DnsWriter> {
  const { kind, credentials } = await database.asSystem(async (store) => {
    const found = (await store.dnsProviders.list({})).find((provider) => provider.id === id);
    if (!found) throw new AppError("not_found", "The DNS provider was removed.");
    return { kind: found.kind, credentials: await store.dnsProviders.reveal(id) };
  });
  return openDnsWriter(kind, credentials);
}

async function untilSeen({ reader }: CertifierWorld, { name, value }: TxtRecord, signal: AbortSignal): Promise<void> {
  const until = performance.now() + seenWithinMs;
  for (let wait = 250; ; wait = Math.min(wait * 2, 10_000)) {
    const values = await reader.authoritativeTxt(name).catch((): string[] => []);
    if (values.includes(value)) return;
    if (performance.now() + wait > until)
      throw new AppError(
        "invalid",
        `The TXT record ${name} was written, but its zone's name servers do not give it: see that the DNS provider serves the zone.`,
      );
    await delay(wait, undefined, { signal }).catch(() => {
      throw new AppError("unavailable", "The certificate's time was over before its TXT record was seen. It is tried again.");
    });
  }
}
