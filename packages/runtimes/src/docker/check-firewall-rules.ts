import { bridgePrefix, installationTag } from "./names.ts";

/**
 * Whether a rule file can do no more than let through or drop what comes from this installation's own bridges: chains of
 * its own, and the jumps to them. For whoever runs a file that another has written.
 */
export function isOwnRuleFile(text: string, installation: string): boolean {
  const chain = `AGENTPOD-${installationTag(installation)}(-IN)?`;
  const bridges = `${bridgePrefix(installation)}\\+`;
  const match = `(-m conntrack --ctstate RELATED,ESTABLISHED|-d [\\d.]{7,15}/\\d{1,2}|-p (tcp|udp)|--dport \\d{1,5}|!? ?-o ${bridges}|-m physdev ! --physdev-is-bridged)`;
  const line = new RegExp(
    `^(\\*filter|COMMIT|:${chain} - \\[0:0\\]|-A ${chain}( ${match})* -j (RETURN|DROP)|-[DI] (DOCKER-USER|INPUT) -i ${bridges} -j ${chain}|-X ${chain})$`,
  );
  return (
    text.endsWith("\n") &&
    text
      .slice(0, -1)
      .split("\n")
      .every((one) => line.test(one))
  );
}
