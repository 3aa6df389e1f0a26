import { Argument, type Command } from "commander";
import { examples, positive, verb, yesOption } from "../define-command.ts";

/** Which gateway clients come to. */
export function gatewayCommands(gateway: Command): void {
  verb(gateway, "list", "The gateways that can be used, and the one in use", () => import("../commands/gateway-list.ts"));
  verb(gateway, "status", "The gateway in use, and whether it serves", () => import("../commands/gateway-status.ts"));
  examples(
    verb(
      gateway,
      "use",
      "Have clients come to another gateway; the embedded one goes on behind it",
      () => import("../commands/gateway-use.ts"),
    )
      .addArgument(new Argument("<kind>", "which").choices(["embedded", "caddy", "traefik"]))
      .option("--admin <address>", "Caddy's admin API: an address of this machine, or its socket's path")
      .option("--http <address>", "where Caddy listens for HTTP; :80 unless said otherwise")
      .option("--https <address>", "where Caddy listens for HTTPS, or none; :443 unless said otherwise")
      .option("--http-entry-point <name>", "Traefik's entry point for HTTP; web unless said otherwise")
      .option("--https-entry-point <name>", "Traefik's entry point for HTTPS, or none; websecure unless said otherwise")
      .option("--https-port <port>", "the port of that entry point", positive("--https-port"))
      .option("--inner <url>", "this AgentPod's gateway as Traefik reaches it")
      .option(...yesOption),
    "gateway use caddy --yes",
    "gateway use caddy --http :8080 --https none",
    "gateway use traefik",
    "gateway use embedded",
  );
}
