import { toAppError } from "@agentpod/core/errors";
import { proxySettings } from "./env.ts";
import { runProxy } from "./run-proxy.ts";

const say = (line: string): void => void process.stderr.write(`${new Date().toISOString()} ${line}\n`);

try {
  const server = await runProxy(proxySettings(), (line) => say(`refused: ${line}`));
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => process.exit(0));
  server.on("error", (error) => say(error.message));
  say("The engine proxy serves.");
} catch (thrown) {
  const { code, message } = toAppError(thrown);
  say(`ERROR ${code}: ${message}`);
  process.exit(1);
}
