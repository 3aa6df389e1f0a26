import type { Command } from "commander";
import { examples, noun, verb, yesOption } from "../define-command.ts";

/** Messengers of an agent that need more than their secrets. `name` is how the pod is asked for. */
export function podChannelCommands(pod: Command, name: string): void {
  const channels = noun(pod, "channels", "Link an agent's messengers to accounts; what else they need is set by pod config");
  examples(
    verb(
      channels,
      `login ${name} <channel>`,
      "Link a messenger, such as whatsapp, by a code that is shown here and read by the phone; goes on until it is linked",
      () => import("../commands/pod-channels-login.ts"),
    )
      .option("--account <name>", "of a messenger with several accounts in the configuration; else the agent's default")
      .option("--force", "link it anew where it is linked: that link ends at once")
      .option("--png <file>", "write the code there as a picture too, each newer one in place of the one before")
      .option(...yesOption),
    "pod channels login acme/agent whatsapp",
    "pod channels login acme/agent whatsapp --png code.png",
    "pod channels login acme/agent whatsapp --force --yes -o json",
  );
}
