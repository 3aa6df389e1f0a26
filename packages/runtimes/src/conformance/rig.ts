import type { ObservedUnit, PodScope, Runtime, RuntimeContext, UnitRun } from "@agentpod/core/runtime";

/** What a driver's test supplies so that the one suite can run on it. */
export interface ConformanceRig {
  /**
   * A driver over the state of an installation, empty at first. A second call with the same installation is a control
   * plane that came back (or another replica): it shares all state with the first and no memory.
   */
  open(context: Pick<RuntimeContext, "installation" | "openArtifact" | "adopted">): Promise<Runtime>;
  /** Private network and user of a pod, both unused so far; null where the driver has none. */
  scope(): Pick<PodScope, "subnet" | "uid">;
  /**
   * Fills what differs between drivers: `image` or `local` (both run `node program.mjs` of the code folder), `volumes[].path`,
   * and `env.LISTEN`, the address to listen on. `env.PORT` is the container's or the host's port.
   */
  complete(run: UnitRun): UnitRun;
  /** Command line that runs a subcommand of the program (see `conformance/program.ts`) inside the unit. */
  execArgv(run: UnitRun, args: readonly string[]): string[];
  /** Ends the main process the hard way, behind the driver's back, as `kill -9` would. */
  kill(unit: ObservedUnit): Promise<void>;
  /**
   * Starts a container as somebody else would, where the driver adopts: always restarted, GREETING=found in its environment. On port
   * 8080 it answers / with its greeting, /write by putting `kept` into a folder of the machine, /read with what is in there. Gives its name.
   */
  startForeign?(): Promise<string>;
  /** Deletes a container of anybody's, behind the driver's back. Succeeds on absence. */
  removeContainer?(container: string): Promise<void>;
  /** The driver is not told how much volumes hold. */
  volumesUnmeasured?: true;
  /** What is left on the machine of this installation, in words, however it was made; empty when nothing leaked. */
  leftovers(installation: string): Promise<string[]>;
  /** Deletes the rig's own traces after the suite. */
  close(): Promise<void>;
}
