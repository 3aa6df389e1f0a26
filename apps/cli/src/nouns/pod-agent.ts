import type { Command } from "commander";
import { examples, noun, positive, verb, waitOptions } from "../define-command.ts";

/** What only a pod with an agent has: the link by which its user gets it, and the token of its gateway. */
export function podAgentCommands(pod: Command, name: string): void {
  const handOver = noun(pod, "handover", "The link by which an agent's user opens its page");
  examples(
    verb(
      handOver,
      `create ${name}`,
      "Make a link that works once; an earlier one ends",
      () => import("../commands/pod-hand-over.ts"),
    ).option("--hours <hours>", "until it is over; else a week", positive("--hours")),
    "pod handover create acme/agent",
    "pod handover create acme/agent --hours 2 -o json",
  );
  verb(handOver, `show ${name}`, "Whether the newest link can still be used", () => import("../commands/pod-hand-over-show.ts"));
  verb(handOver, `revoke ${name}`, "Take the link back", () => import("../commands/pod-hand-over-revoke.ts"));
  const token = noun(pod, "token", "Tokens of agents' gateways");
  verb(token, "list", "List them, masked", () => import("../commands/pod-token-list.ts")).option(
    "--tenant <tenant>",
    "of this tenant alone",
  );
  verb(token, `reveal ${name}`, "Show a token; written down in the event log", () => import("../commands/pod-token-reveal.ts"));
  waitOptions(verb(token, `rotate ${name}`, "Give an agent a new token; it starts anew", () => import("../commands/pod-token-rotate.ts")));
}
