import type { Command } from "commander";
import { examples, noun, positive, verb, waitOptions } from "../define-command.ts";

/** What only a pod with an agent has: the link by which its user gets it, and the token of its gateway. */
export function podAgentCommands(pod: Command, name: string): void {
  examples(
    verb(
      pod,
      `ask ${name} <text>`,
      "Say something to an agent and print its answer as it comes; - is standard input",
      () => import("../commands/pod-ask.ts"),
    ).option("--conversation <name>", "what was said under the same name is remembered; else it stands alone"),
    'pod ask acme/agent "What can you do?"',
    "pod ask acme/agent --conversation test - < question.txt",
  );
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
  verb(
    handOver,
    `users ${name}`,
    "Browsers that were handed the agent: they see its status and usage, and may reset its access",
    () => import("../commands/pod-hand-over-users.ts"),
  );
  verb(
    handOver,
    `remove-user ${name} <id>`,
    "Take such a page back; all of them with the id all",
    () => import("../commands/pod-hand-over-remove-user.ts"),
  );
  const token = noun(pod, "token", "Tokens of agents' gateways");
  verb(token, "list", "List them, masked", () => import("../commands/pod-token-list.ts")).option(
    "--tenant <tenant>",
    "of this tenant alone",
  );
  verb(token, `reveal ${name}`, "Show a token; written down in the event log", () => import("../commands/pod-token-reveal.ts"));
  waitOptions(verb(token, `rotate ${name}`, "Give an agent a new token; it starts anew", () => import("../commands/pod-token-rotate.ts")));
}
