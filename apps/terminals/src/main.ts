import { toAppError } from "@agentpod/core/errors";
import { hostSettings } from "./env.ts";
import { runHost } from "./run-host.ts";

const say = (line: string): void => void process.stderr.write(`${new Date().toISOString()} ${line}\n`);

// One terminal's fault shall not end the others: what happened is in the log.
process.on("uncaughtException", (error) => say(`a fault was survived: ${error.stack ?? error.message}`));

try {
  const host = await runHost(hostSettings());
  // Who starts us goes on alone: their channel must not keep us, nor its end stop us.
  process.channel?.unref();
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => host.leaveWhenEmpty());
  process.on("SIGHUP", () => {});
  say("The terminal host serves.");
  await host.stopped;
  process.exit(0);
} catch (thrown) {
  const { code, message } = toAppError(thrown);
  say(`ERROR ${code}: ${message}`);
  process.exit(1);
}
