import { mkdirSync } from "node:fs";
import { AppError } from "@agentpod/core/errors";
import { createControlServer } from "./control/control-server.ts";
import type { GatewaySettings } from "./env.ts";
import { EmbeddedGateway } from "./gateway.ts";
import { findLivingGateway, removeIdentity, writeIdentity } from "./identity-file.ts";
import { listenPrivately } from "./listen.ts";

const shutdownSeconds = 10;

export interface RunningGateway {
  /** Port of the front door. */
  port: number;
  /** Lets open requests end (ten seconds at most), then resolves; again: the same end. */
  stop(): Promise<void>;
  /** Resolves when it has stopped, whoever asked for it. */
  stopped: Promise<void>;
}

/** Front door and control socket of one installation. Throws `conflict` when a gateway already lives on the state directory. */
export async function runGateway(settings: GatewaySettings): Promise<RunningGateway> {
  mkdirSync(settings.stateDir, { recursive: true, mode: 0o700 });
  const living = findLivingGateway(settings.stateDir);
  if (living && living.pid !== process.pid)
    throw new AppError("conflict", `The gateway already runs as process ${living.pid} on port ${living.port}.`);
  const gateway = new EmbeddedGateway(settings);
  const port = await gateway.start();
  const { promise: stopped, resolve } = Promise.withResolvers<void>();
  let isStopping = false;
  const stop = (): Promise<void> => {
    if (isStopping) return stopped;
    isStopping = true;
    control.close();
    control.closeIdleConnections();
    void gateway.close(shutdownSeconds).then(() => {
      control.closeAllConnections();
      removeIdentity(settings.stateDir);
      resolve();
    });
    return stopped;
  };
  const control = createControlServer(gateway, () => void stop());
  await listenPrivately(control, settings.controlSocket);
  writeIdentity(settings.stateDir, port, settings.controlSocket);
  return { port, stop, stopped };
}
