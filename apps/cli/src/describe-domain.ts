import type { DomainView } from "@agentpod/core/api/domain-view";
import { printable } from "./format-values.ts";
import { plainTable } from "./render-table.ts";

/** A domain in words: whether it is verified, and else what to publish and where to point it. */
export function describeDomain(domain: DomainView): string {
  const { name, unicode, state, method, message, publish, address, tenant } = domain;
  const shown = unicode === name ? name : `${unicode} (${name})`;
  const lines = [
    state === "verified" ? `${shown} is verified for ${tenant} (${method}).` : `${shown} is not verified yet. ${message}`.trimEnd(),
  ];
  if (state === "pending")
    lines.push(
      "",
      "Publish this record to show that the domain is yours:",
      `  TXT  ${publish.txt.name}  "${publish.txt.value}"`,
      `or point ${name} here: AgentPod then answers the proof by itself, for this one host.`,
      "",
      `Then: agentpod domain verify ${tenant} ${name}`,
    );
  lines.push("", address.pointsHere === true ? `${name} points here.` : address.text);
  if (address.pointsHere !== true && address.records.length > 0)
    lines.push(plainTable({ head: ["TYPE", "NAME", "VALUE"], rows: address.records.map((r) => [r.type, r.name, r.value]) }));
  return printable(lines.join("\n"));
}
