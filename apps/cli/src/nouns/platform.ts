import type { Command } from "commander";
import { examples, noun, positive, verb, yesOption } from "../define-command.ts";
import { gatewayCommands } from "./gateway.ts";

export function platformCommands(program: Command): void {
  examples(
    verb(program, "reconcile", "Bring everything to what is wanted, now", () => import("../commands/reconcile.ts")).option(
      "--dry-run",
      "print the plan; do nothing",
    ),
    "reconcile --dry-run",
  );
  verb(program, "health [tenant/pod]", "Health of one pod or of all", () => import("../commands/health.ts"));
  verb(program, "doctor", "Check the installation; each line says what to do", () => import("../commands/doctor.ts"));
  verb(program, "events", "What happened, the latest last", () => import("../commands/events.ts"))
    .option("--tenant <tenant>", "of this tenant alone")
    .option("--watch", "go on with new events")
    .option("--limit <count>", "how many", positive("--limit"), 50);
  examples(
    verb(
      program,
      "trust",
      "Let this machine trust the local authority, which signs for .localhost and LAN names",
      () => import("../commands/trust.ts"),
    )
      .option("--print", "print its certificate, for other machines and phones")
      .option("--remove", "no longer trust it")
      .option(...yesOption),
    "trust",
    "trust --print > agentpod.pem",
  );
  const gateway = noun(program, "gateway", "The front door");
  gatewayCommands(gateway);
  verb(gateway, "log", "The access log", () => import("../commands/gateway-log.ts"))
    .option("-f, --follow", "go on with new lines")
    .option("--tail <lines>", "only the last lines", positive("--tail"), 100);
}
