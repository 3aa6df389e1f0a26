import type { Command } from "commander";
import { examples, noun, verb, yesOption } from "../define-command.ts";

export function certificateCommands(program: Command): void {
  const certificate = noun(program, "certificate", "Certificates for HTTPS; most come and renew by themselves");
  verb(certificate, "list", "Certificates, and how they do", () => import("../commands/certificate-list.ts")).option(
    "--tenant <tenant>",
    "of this tenant alone; else of all, and the installation's own",
  );
  examples(
    verb(certificate, "upload <tenant>", "Serve a certificate of your own", () => import("../commands/certificate-upload.ts"))
      .requiredOption("--chain <file>", "PEM, the leaf first; - is stdin")
      .requiredOption("--key <file>", "PEM, without a passphrase"),
    "certificate upload acme --chain fullchain.pem --key key.pem",
  );
  verb(certificate, "renew <id>", "Ask for it anew, now", () => import("../commands/certificate-renew.ts")).option(
    "--tenant <tenant>",
    "whose it is; else the installation's own",
  );
  verb(certificate, "delete <tenant> <id>", "Delete an uploaded certificate", () => import("../commands/certificate-delete.ts")).option(
    ...yesOption,
  );
}
