import { isIPv4 } from "node:net";
import { bridgePrefix, installationTag } from "./names.ts";

export interface FirewallPlan {
  installation: string;
  /** IPv4 name servers that the engine's resolver asks on behalf of pods. */
  nameServers: readonly string[];
  /** What pods may reach on this host or in a private network all the same: the front door. Host `0.0.0.0`: any address of this host. */
  allowed: readonly { host: string; port: number }[];
}

/** Input of `iptables-restore --noflush`, which takes all of it or nothing. */
export interface RuleSet {
  /** Where the jump to our chain is in place. */
  renew: string;
  /** Where it is not. */
  first: string;
  remove: string;
}

/** Networks that are not the internet: private, carrier-grade, loopback, link-local (metadata), test, multicast, reserved. */
const closed = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "224.0.0.0/4",
  "240.0.0.0/4",
];

const anyHost = "0.0.0.0";

/**
 * Rules for all pods of an installation at once, by the names of their bridges: in DOCKER-USER for what pods send
 * through this host, in INPUT for what they send to it. Units of one pod reach each other, and what answers a connection from
 * outside passes. Bridges of different pods the engine keeps apart, but for the moments in which it renews its rules (with each
 * network that is made); `apart` keeps them so at all times, where the kernel can tell what stays on one bridge (xt_physdev).
 */
export function firewallRules(plan: FirewallPlan, { apart }: { apart: boolean }): RuleSet[] {
  const chain = `AGENTPOD-${installationTag(plan.installation)}`;
  const ours = `${bridgePrefix(plan.installation)}+`;
  const nameServers = plan.nameServers.filter(isIPv4);
  const open = [
    "-m conntrack --ctstate RELATED,ESTABLISHED -j RETURN",
    ...nameServers.flatMap((server) => ["udp", "tcp"].map((protocol) => `-d ${server}/32 -p ${protocol} --dport 53 -j RETURN`)),
    ...plan.allowed
      .filter(({ host }) => isIPv4(host) && host !== anyHost)
      .map(({ host, port }) => `-d ${host}/32 -p tcp --dport ${port} -j RETURN`),
  ];
  const doors = plan.allowed.filter(({ host }) => host === anyHost).map(({ port }) => `-p tcp --dport ${port} -j RETURN`);
  const between = apart ? [`-o ${ours} -m physdev ! --physdev-is-bridged -j DROP`] : [];
  const through = [...open, ...between, ...closed.map((network) => `! -o ${ours} -d ${network} -j DROP`)];
  const into = [...open, ...doors, "-j DROP"];
  return [ruleSet(chain, "DOCKER-USER", ours, through), ruleSet(`${chain}-IN`, "INPUT", ours, into)];
}

/** The same for IPv6, where pods have no address but the bridge does: nothing of theirs enters the host. */
export function firewallRules6(installation: string): RuleSet[] {
  return [ruleSet(`AGENTPOD-${installationTag(installation)}-IN`, "INPUT", `${bridgePrefix(installation)}+`, ["-j DROP"])];
}

function ruleSet(chain: string, from: string, bridges: string, rules: string[]): RuleSet {
  const jump = `${from} -i ${bridges} -j ${chain}`;
  const text = (...lines: string[]) => ["*filter", ...lines, "COMMIT", ""].join("\n");
  // Naming a chain makes it anew, empty.
  const filled = [`:${chain} - [0:0]`, ...rules.map((rule) => `-A ${chain} ${rule}`)];
  return {
    renew: text(...filled, `-D ${jump}`, `-I ${jump}`),
    first: text(...filled, `-I ${jump}`),
    remove: text(`:${chain} - [0:0]`, `-D ${jump}`, `-X ${chain}`),
  };
}
