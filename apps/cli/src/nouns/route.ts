import { type Command, Option } from "commander";
import { collect, count, examples, noun, positive, verb } from "../define-command.ts";

export function routeCommands(program: Command): void {
  const route = noun(program, "route", "Where a pod answers, and what the gateway does on the way");
  verb(route, "list <tenant/pod>", "Routes of a pod: hosts, certificates, policies", () => import("../commands/route-list.ts"));
  examples(
    verb(
      route,
      "set <tenant/pod>",
      "Change a route; a new generation of the pod, which can be rolled back",
      () => import("../commands/route-set.ts"),
    )
      .option("--route <number>", "which one", count("--route"), 0)
      .option("--host <host>", "add a host of a verified domain, or *.example.com; may be repeated", collect)
      .option("--remove-host <host>", "take a host away; may be repeated", collect)
      .option("--path <path>", "path prefix")
      .option("--timeout <seconds>", "until the answer begins", positive("--timeout"))
      .option("--drain <seconds>", "for open requests of an old instance", count("--drain"))
      .option("--split <pod=percent>", "so many percent of the requests go to another pod; none")
      .option("--wake", "a request starts the pod although it was stopped")
      .option("--no-wake", "it does not")
      .option("--wake-timeout <seconds>", "how long a request waits for that", positive("--wake-timeout"))
      .addOption(new Option("--https <mode>", "send plain HTTP to HTTPS").choices(["auto", "redirect", "both"]))
      .option("--hsts <time>", "Strict-Transport-Security, such as 365d; none")
      .option("--maintenance <sentence>", "answer 503 with this sentence; none")
      .option("--allow <network>", "these addresses alone; may be repeated; none", collect)
      .option("--deny <network>", "not these addresses; may be repeated; none", collect)
      .option("--deny-path <path>", "answer 404 for this path and what is below; may be repeated; none", collect)
      .option("--client-address", "tell the pod the client's address alone, and never loopback")
      .option("--no-client-address", "tell it of all proxies on the way")
      .option("--rate-limit <rate>", "such as 100/60s, with a burst 10/s/50; none")
      .option("--rate-by <header>", "count by this header; else by address")
      .option("--user <name>", "ask for this user and a password, which is read unseen")
      .option("--remove-user <name>", "this user no longer; may be repeated", collect)
      .option("--cors <origin>", "origins that may call; may be repeated; none", collect)
      .option("--max-body <size>", "largest request body, such as 10mb; none")
      .option("--request-header <header>", '"Name: value" to the pod, "-Name" removes it; may be repeated; none', collect)
      .option("--response-header <header>", "the same to the client", collect)
      .option("--compress", "compress text-like answers")
      .option("--no-compress", "do not")
      .option("--retries <count>", "more tries of harmless requests", count("--retries"))
      .option("--idle-timeout <time>", "cut an answer that is silent for so long; none")
      .option("--policies <file>", "policies as YAML or JSON; null takes one away; - is stdin"),
    "route set acme/web --host shop.example.com",
    "route set acme/web --rate-limit 100/60s --allow 203.0.113.0/24",
    "route set acme/web --user anna < password.txt",
    "route set acme/web --split web-next=10",
  );
}
