import type { AdoptedUnit } from "../adopt.ts";
import type { UnitId } from "../runtime.ts";
import type { TerminalEnd, TerminalSize, TerminalView } from "./terminal-view.ts";

/** A terminal host of another number is ended and its terminals with it; told on start, so that an upgrade keeps them. */
export const terminalHostVersion = "1";

/** Where the terminal host finds the units; it comes from the server and is written to no file. */
export type TerminalRuntime =
  | { kind: "docker"; installation: string; stateDir: string; engine: unknown }
  | { kind: "process"; installation: string; stateDir: string; programs: Record<string, string>; path: string; hide: string[] }
  /** Units that are no processes have no terminals. */
  | { kind: "none" };

/** What the server asks the terminal host for. */
export interface TerminalToOpen {
  id: string;
  unit: UnitId;
  /** Where its container is one that was taken over: the host has no database to ask. */
  adopted?: AdoptedUnit;
  /** Names for events: tenant and pod. */
  owner: TerminalOwner;
  /** Null: the best shell there is. */
  command: string[] | null;
  workdir: string | null;
  size: TerminalSize;
  openedBy: string;
}

export interface TerminalOwner {
  tenantId: string;
  tenant: string;
  pod: string;
}

/** A terminal as the host knows it. */
export interface HostedTerminal extends TerminalView {
  podId: string;
  owner: TerminalOwner;
}

/** A line of the host's watch: this terminal has ended, and is told of again until it has been noted. */
export interface EndedTerminal {
  id: string;
  podId: string;
  unit: string;
  owner: TerminalOwner;
  end: TerminalEnd;
}
