import { AppError } from "@agentpod/core/errors";
import { type FirewallPlan, firewallRules, firewallRules6, type RuleSet } from "./firewall-rules.ts";
import type { IptablesFamily, RestoreRules } from "./iptables.ts";

/** The rules of an installation, put in place with its first pod and taken away with its last. */
export interface Firewall {
  /** In place when it resolves; checked again after `doubt`. Throws `unavailable`: then no pod may start. */
  ensure(): Promise<void>;
  /** The engine or the machine may have been restarted: rules may be gone. */
  doubt(): void;
  /** Takes the rules away, unless `stillNeeded` says so once it is its turn. */
  removeUnless(stillNeeded: () => Promise<boolean>): Promise<void>;
}

export function firewall(plan: FirewallPlan, restore: RestoreRules): Firewall {
  let standing = false;
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(act: () => Promise<T>): Promise<T> => {
    const mine = turn.then(act);
    turn = mine.catch(() => undefined);
    return mine;
  };

  const putAll = async (how: { apart: boolean }) => {
    for (const rules of firewallRules(plan, how)) await either(restore, "iptables", rules.renew, rules.first);
  };

  const put = async () => {
    if (standing) return;
    try {
      await putAll({ apart: true }).catch(() => putAll({ apart: false }));
    } catch (cause) {
      throw new AppError(
        "unavailable",
        "The firewall of pods could not be put in place; none is started without it. See the log of iptables.",
        { cause },
      );
    }
    // A kernel without IPv6 has nothing to close.
    for (const rules of firewallRules6(plan.installation))
      await either(restore, "ip6tables", rules.renew, rules.first).catch(() => undefined);
    standing = true;
  };

  return {
    ensure: () => (standing ? Promise.resolve() : inTurn(put)),
    doubt() {
      standing = false;
    },
    removeUnless: (stillNeeded) =>
      inTurn(async () => {
        // Doubted first: whoever makes a network while we look has to wait for us and put the rules back.
        const stood = standing;
        standing = false;
        if (await stillNeeded()) {
          standing = stood;
          return;
        }
        const all: [IptablesFamily, RuleSet[]][] = [
          ["iptables", firewallRules(plan, { apart: true })],
          ["ip6tables", firewallRules6(plan.installation)],
        ];
        for (const [family, sets] of all) {
          // Refused as a whole where the rules are not there (any more).
          for (const rules of sets) await restore(family, rules.remove).catch(() => undefined);
        }
      }),
  };
}

async function either(restore: RestoreRules, family: IptablesFamily, first: string, second: string): Promise<void> {
  try {
    await restore(family, first);
  } catch {
    await restore(family, second);
  }
}
