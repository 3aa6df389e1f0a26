import { flushCompileCache } from "node:module";
import { toAppError } from "@agentpod/core/errors";
import { gatewaySettings } from "./env.ts";
import { logProcess } from "./log/process-log.ts";
import { runGateway } from "./run-gateway.ts";

try {
  const settings = gatewaySettings();
  const gateway = await runGateway(settings);
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => void gateway.stop());
  // The terminal that started it may go; the traffic stays.
  process.on("SIGHUP", () => {});
  // One connection's fault shall not end everybody's: what happened is in the log.
  process.on("uncaughtException", (error) => logProcess("error", "A fault was survived.", { fault: error.stack ?? error.message }));
  logProcess("info", "The gateway serves.", { host: settings.host, port: gateway.port });
  // Else it is kept at a clean end only, and a start after a crash compiles everything anew.
  setImmediate(flushCompileCache);
  await gateway.stopped;
  logProcess("info", "The gateway has stopped.");
  process.exit(0);
} catch (thrown) {
  const error = toAppError(thrown);
  logProcess("error", error.message, { code: error.code });
  process.exit(1);
}
