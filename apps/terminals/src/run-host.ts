import { once } from "node:events";
import { chmodSync, mkdirSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { hostServer } from "./host-server.ts";
import { terminalRecords } from "./terminal-records.ts";
import { Terminals } from "./terminals.ts";

export interface HostSettings {
  /** Unix socket of the control API. */
  socket: string;
  /** Records of terminals. */
  stateDir: string;
  /** A terminal that nobody looks at and in which nothing moves is closed after so long. */
  idleMs: number;
}

export interface RunningHost {
  /** Ends the host as soon as no terminal lives, unless a control plane comes back before. Again: no effect. */
  leaveWhenEmpty(): void;
  stopped: Promise<void>;
}

const sweepMs = 30_000;
const partingMs = 200;

/** Serves the terminals of one installation. Who starts it sees to it that it is the only one. */
export async function runHost(settings: HostSettings): Promise<RunningHost> {
  mkdirSync(dirname(settings.socket), { recursive: true, mode: 0o700 });
  const terminals = new Terminals(terminalRecords(settings.stateDir), settings.idleMs);
  const { promise: stopped, resolve } = Promise.withResolvers<void>();
  let isLeaving = false;
  const leave = () => {
    if (!isLeaving || terminals.living > 0) return;
    clearInterval(timer);
    server.close();
    // Time for the last answers; views of ended terminals are not waited for.
    setTimeout(resolve, partingMs);
  };
  const server = hostServer(terminals, () => {
    isLeaving = false;
  });
  const timer = setInterval(() => void terminals.sweep(Date.now()).then(leave), Math.min(sweepMs, settings.idleMs));
  terminals.watch(() => setImmediate(leave));
  // A socket left by a killed host.
  rmSync(settings.socket, { force: true });
  const before = process.umask(0o077);
  server.listen(settings.socket);
  await once(server, "listening");
  process.umask(before);
  chmodSync(settings.socket, 0o600);
  return {
    leaveWhenEmpty() {
      isLeaving = true;
      leave();
    },
    stopped,
  };
}
