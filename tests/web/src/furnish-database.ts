import type { Installation } from "@agentpod/e2e/installation";

/** A database whose dumps are to be made by themselves: something to see on its page. */
export async function furnishDatabase({ json }: Installation): Promise<void> {
  await json("pod", "create", "acme/data", "--template", "postgres", "--wait");
  await json("db", "schedule", "acme/data", "--cron", "30 2 * * 1-5", "--check", "0 4 * * 0");
}
