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
  verb(program, "about", "What this installation is and where it answers", () => import("../commands/about.ts"));
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
  examples(
    verb(gateway, "log", "The access log; options that narrow it must all fit", () => import("../commands/gateway-log.ts"))
      .option("-f, --follow", "go on with new lines")
      .option("--tail <lines>", "only the last lines", positive("--tail"), 100)
      .option("--since <time>", "a time, or how long ago: 10m, 2h, 1d")
      .option("--status <status>", "such as 404, or a class such as 5xx")
      .option("--method <method>", "such as POST")
      .option("--path <text>", "part of the path")
      .option("--host <host>", "of this host alone")
      .option("--client <address>", "of this client alone")
      .option("--route <id>", "of this route alone, as agentpod route list -o json has it"),
    "gateway log -f --status 5xx",
    "gateway log --since 1h --host shop.example.com --path /api",
  );
}
