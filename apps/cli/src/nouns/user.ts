import { type Command, Option } from "commander";
import { collect, examples, noun, positive, verb, yesOption } from "../define-command.ts";

export function userCommands(program: Command): void {
  const user = noun(program, "user", "People who log in; a user is named by email address or id");
  verb(user, "list", "List all users", () => import("../commands/user-list.ts"));
  examples(
    verb(user, "create <email>", "Create a user, who chooses a password by a link", () => import("../commands/user-create.ts"))
      .option("--name <name>", "what to call them; else the part before the @")
      .option("--admin", "as admin of the whole installation")
      .option("--password-file <file>", "with this password (- for standard input), instead of a link"),
    "user create ann@example.com",
    "user create bob@example.com --admin",
  );
  examples(
    verb(user, "invite <tenant>", "Make a link by which somebody joins a tenant, once", () => import("../commands/user-invite.ts"))
      .addOption(new Option("--role <role>", "what they are to be").choices(["viewer", "operator", "admin", "owner"]).makeOptionMandatory())
      .option("--email <email>", "for this address alone")
      .option("--days <days>", "how long the link is good", positive("--days")),
    "user invite acme --role operator",
    "user invite acme --role viewer --email ann@example.com --days 2",
  );
  verb(user, "invitations <tenant>", "Invitations that can still be accepted", () => import("../commands/user-invitations.ts"));
  verb(user, "uninvite <tenant> <id>", "Take an invitation back", () => import("../commands/user-uninvite.ts"));
  examples(
    verb(
      user,
      "role <user> <role>",
      "Say what a user is, in a tenant or in the installation",
      () => import("../commands/user-role.ts"),
    ).option("--tenant <tenant>", "in this tenant: viewer, operator, admin, owner or none; else admin or none, of the installation"),
    "user role ann@example.com operator --tenant acme",
    "user role ann@example.com none --tenant acme",
    "user role bob@example.com admin",
  );
  verb(user, "disable <user>", "Keep a user out: logins end at once", () => import("../commands/user-disable.ts")).option(...yesOption);
  verb(user, "enable <user>", "Let a user in again", () => import("../commands/user-enable.ts"));
  verb(user, "reset-password <user>", "Make a link to choose a new password", () => import("../commands/user-reset-password.ts")).option(
    "--two-factor",
    "take the second factor away too",
  );
  verb(user, "delete <user>", "Delete a user", () => import("../commands/user-delete.ts")).option(...yesOption);

  const member = noun(program, "member", "Users of a tenant");
  verb(member, "list <tenant>", "Who belongs to a tenant, and as what", () => import("../commands/member-list.ts"));

  const access = noun(program, "access", "Who may come in without an invitation");
  verb(access, "show", "As it is", () => import("../commands/access-show.ts"));
  examples(
    verb(access, "set", "Open or close registration, and what guests may", () => import("../commands/access-set.ts"))
      .addOption(new Option("--registration <who>", "who may register").choices(["closed", "sign-on", "open"]))
      .option("--guest-tenant <tenant>", "guests' pods live there; it needs a quota")
      .option("--guest-template <template>", "what guests may deploy; may be repeated", collect)
      .option("--guest-ttl <seconds>", "how long their pods live", positive("--guest-ttl"))
      .option("--guest-per-hour <count>", "pods from one address in an hour", positive("--guest-per-hour"))
      .option("--no-guests", "guests may do nothing"),
    "access set --registration open",
    "access set --guest-tenant demo --guest-template hello --guest-ttl 900",
  );
}
