import type { Command } from "commander";
import { collect, examples, noun, positive, verb, yesOption } from "../define-command.ts";
import { deploymentPushCommands } from "./deployment-push.ts";

const environment = (command: Command): Command =>
  command
    .option("-e, --env <NAME=value>", "a variable; may be repeated (others on this machine see the command line)", collect)
    .option("--env-file <file>", "variables of a file, one NAME=value a line; - is standard input", collect)
    .option("--unset-env <NAME>", "take a variable away; may be repeated", collect);
const waiting = (command: Command): Command =>
  command.option("-w, --wait", "follow it to its end; so it is", true).option("--no-wait", "go on at once");
const numbered = (command: Command): Command => command.option("--number <number>", "another than the newest", positive("--number"));

export function deploymentCommands(program: Command): void {
  const deploy = verb(
    program,
    "deploy [place]",
    "Make a folder, an archive or a repository of git a running application with a URL",
    () => import("../commands/deploy.ts"),
  )
    .option("--name <name>", "the application's; else the folder's")
    .option("--tenant <tenant>", "for this tenant; else the only one there is")
    .option("--root <folder>", "the application's folder, where there are several")
    .option("--runtime <runtime>", "another than what was found: node@22, python@3.12")
    .option(
      "--database <kind>",
      "postgres, mysql, redis or none, instead of what was found; of a preview empty, or copy: the project's data; may be repeated",
      collect,
    )
    .option("--preview [name]", "beside what serves instead of in its place, for a while; without a name as the branch is called")
    .option("--branch <branch>", "of a repository: this branch, as its preview")
    .option("--ttl <time>", "how long a preview stays, from each deployment of it on: 90m, 12h, 3d")
    .option("--memory <MB>", "of the application", positive("--memory"))
    .option("--build-memory <MB>", "of its build", positive("--build-memory"))
    .option("--build-minutes <minutes>", "that its build may take", positive("--build-minutes"))
    .option("--ref <ref>", "of a repository: a branch, tag or whole commit")
    .option("--token-file <file>", "of a private repository: a file with a token, or - for what is piped in")
    .option("--user <name>", "who the token belongs to, where the host asks: oauth2, x-access-token …")
    .option("--key-file <file>", "of a private repository by SSH: a file with a deploy key")
    .option("--known-hosts <file>", "keys of the host; without it the first that is seen is taken");
  examples(
    waiting(environment(deploy)),
    "deploy",
    "deploy examples/express-postgres --tenant acme --name shop",
    "deploy https://git.example.com/team/shop.git --ref v1.2.0 --tenant acme",
    "deploy . --env-file production.env --no-wait",
    "deploy . --preview new-cart --database copy --ttl 7d",
    "deploy https://git.example.com/team/shop.git --branch new-cart --tenant acme",
  );

  const deployment = noun(program, "deployment", "Applications that are deployed from code, and what was deployed when");
  verb(deployment, "list [tenant/name]", "Deployments, the newest first", () => import("../commands/deployment-list.ts"))
    .option("--tenant <tenant>", "of this tenant; else the only one there is")
    .option("--limit <count>", "so many at most", positive("--limit"), 50)
    .option("--previews", "previews instead, of one application where it is named");
  numbered(verb(deployment, "status <tenant/name>", "A deployment and its steps", () => import("../commands/deployment-status.ts")));
  numbered(
    verb(
      deployment,
      "logs <tenant/name>",
      "The log of a deployment's build, and of what failed",
      () => import("../commands/deployment-logs.ts"),
    ),
  );
  numbered(
    verb(
      deployment,
      "cancel <tenant/name>",
      "End a deployment that is under way; what served before serves on",
      () => import("../commands/deployment-cancel.ts"),
    ),
  );
  examples(
    waiting(
      environment(
        verb(
          deployment,
          "redeploy <tenant/name>",
          "Deploy what serves once more, with other variables where some are given",
          () => import("../commands/deployment-redeploy.ts"),
        ),
      ),
    ),
    "deployment redeploy acme/shop",
    "deployment redeploy acme/shop --env-file production.env",
  );
  examples(
    waiting(
      verb(
        deployment,
        "rollback <tenant/name>",
        "Go back to an earlier deployment, code and configuration together; data stays as it is",
        () => import("../commands/deployment-rollback.ts"),
      ).option("--to <number>", "to this one; else to the one that served before", positive("--to")),
    ),
    "deployment rollback acme/shop",
    "deployment rollback acme/shop --to 3",
  );
  examples(
    waiting(
      verb(
        deployment,
        "promote <tenant/name>",
        "Make what serves elsewhere, a preview mostly, the release of this application, as it was built; data stays",
        () => import("../commands/deployment-promote.ts"),
      )
        .requiredOption("--from <application>", "whose code is taken, of the same tenant")
        .option("--number <number>", "one of its deployments; else the one that serves", positive("--number")),
    ),
    "deployment promote acme/shop --from shop-new-cart",
    "deployment promote acme/shop --from shop-staging --number 4",
  );
  examples(
    waiting(
      verb(
        deployment,
        "restart <tenant/name>",
        "Start what serves anew without a new release; its databases run on",
        () => import("../commands/deployment-restart.ts"),
      ),
    ).option("--timeout <seconds>", "how long to wait", positive("--timeout"), 300),
    "deployment restart acme/shop",
  );
  examples(
    verb(deployment, "extend <tenant/preview>", "Begin a preview's time anew", () => import("../commands/deployment-extend.ts")).option(
      "--ttl <time>",
      "so long from now on, such as 12h or 3d; else as long as before",
    ),
    "deployment extend acme/shop-new-cart --ttl 7d",
  );
  examples(
    waiting(
      verb(
        deployment,
        "destroy <tenant/name>",
        "Take an application away with its databases, their data and its records",
        () => import("../commands/deployment-destroy.ts"),
      ),
    ).option(...yesOption),
    "deployment destroy acme/shop --yes",
  );
  deploymentPushCommands(deployment);
}
