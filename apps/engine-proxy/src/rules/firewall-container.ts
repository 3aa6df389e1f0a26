import { text } from "node:stream/consumers";
import { AppError } from "@agentpod/core/errors";
import { canonicalJson } from "@agentpod/core/hash";
import { isOwnRuleFile } from "@agentpod/runtimes/docker/check-firewall-rules";
import { helperBody, helperName } from "@agentpod/runtimes/docker/iptables-in-container";
import { label } from "@agentpod/runtimes/docker/names";
import { extract, pack } from "tar-stream";
import type { Ground } from "../rule.ts";

/** The one container with the host's network and a capability: exactly as the driver makes it, from the one image. */
export function checkFirewallContainer(given: unknown, { pin, firewallImage }: Ground): unknown {
  if (firewallImage === null) throw new AppError("forbidden", "no image may set the firewall here: AGENTPOD_FIREWALL_IMAGE names none");
  const installation = (given as { Labels?: Record<string, string> } | null)?.Labels?.[label.installation];
  pin.check(String(installation));
  for (const family of ["iptables", "ip6tables"] as const) {
    const exact = helperBody(String(installation), firewallImage, family);
    if (canonicalJson(given) === canonicalJson(exact)) return exact;
  }
  throw new AppError("forbidden", "the firewall's helper is made in one form alone");
}

export function firewallName({ pin }: Ground): string {
  return helperName(pin.current() ?? "");
}

/** A tar of the one file `rules`, made anew, that can do no more than shut or open what comes from this installation's pods. */
export async function ownRules(tar: Buffer, { pin }: Ground): Promise<Buffer> {
  const entries = extract();
  entries.end(tar);
  let rules: string | null = null;
  for await (const entry of entries) {
    if (entry.header.name !== "rules" || entry.header.type !== "file" || rules !== null)
      throw new AppError("forbidden", "the archive holds more than rules");
    rules = await text(entry);
  }
  if (rules === null || !isOwnRuleFile(rules, pin.current() ?? ""))
    throw new AppError("forbidden", "these are no rules of this installation's firewall");
  const out = pack();
  out.entry({ name: "rules", mode: 0o600 }, rules);
  out.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of out) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
