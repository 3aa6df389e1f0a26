import { type Command, Option } from "commander";
import { count, examples, positive, verb } from "../define-command.ts";

export function upgradeCommand(pod: Command): void {
  examples(
    verb(pod, "upgrade [tenant/pod...]", "Bring pods to a newer version of their templates", () => import("../commands/pod-upgrade.ts"))
      .option("--all", "every pod that is not there yet")
      .option("--tenant <tenant>", "those of this tenant")
      .option("-t, --template <name>", "those of this template")
      .addOption(new Option("--package <name>", "those of this agent package").conflicts("template"))
      .option("--to <version>", "to this version; else the newest", positive("--to"))
      .option("--at-once <count>", "so many at a time", positive("--at-once"), 1)
      .option("--stop-after <count>", "begin no other after so many that failed", positive("--stop-after"), 3)
      .option("--settle <seconds>", "how long a pod has to be healthy", count("--settle"), 10)
      .option("--timeout <seconds>", "a pod that is not healthy after so long is rolled back", positive("--timeout"), 300)
      .option("--no-state", "neither back volumes up first nor bring them back with the old version")
      .option("--dry-run", "print what would be done with which pod")
      .option("-w, --wait", "follow it to its end"),
    "pod upgrade acme/web --wait",
    "pod upgrade acme/web acme/shop --dry-run",
    "pod upgrade --all --dry-run",
    "pod upgrade --package support-bot --at-once 5 --wait",
  );
}
