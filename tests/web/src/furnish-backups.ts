import type { Installation } from "@agentpod/e2e/installation";

const waiting = ["node", "-e", "setInterval(() => {}, 60_000)"];
const volumes = [{ name: "data", path: "/data", backup: { how: "live" } }];

/** A pod with a backup that was rehearsed and is made again by itself: something to see on the pages of backups and operations. */
export async function furnishBackups({ json, specFile }: Installation): Promise<void> {
  const unit = { name: "main", image: "node:24-bookworm-slim", command: waiting, local: { argv: waiting, needs: ["node"] }, volumes };
  await json("pod", "create", "acme/notes", "--spec", await specFile({ units: [unit] }), "--wait");
  await json("pod", "backup", "create", "acme/notes");
  await json("pod", "backup", "drill", "acme/notes");
  await json("pod", "backup", "schedule", "acme/notes", "--cron", "0 3 * * *", "--drill", "0 5 1 * *");
}
