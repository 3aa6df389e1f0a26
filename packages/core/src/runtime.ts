import type { Duplex, Readable, Writable } from "node:stream";
import type { AdoptedUnit, ForeignContainer, Kept } from "./adopt.ts";

/**
 * Where pods run. Every driver passes `packages/runtimes/src/conformance.ts`. Drivers never retry: they throw AppError
 * `unavailable` (the engine did not answer; may be tried again), `invalid` / `not_found` (image that cannot be had,
 * program missing: the user's to mend), `conflict` (port or name taken). Types only from node: this file has no I/O.
 */
export const runtimeKinds = ["docker", "process", "memory"] as const;
export type RuntimeKind = (typeof runtimeKinds)[number];

/** What a driver can do; checked in core when a pod is drafted. */
export interface Capabilities {
  /** Runs OCI images; without it a unit needs `local`. */
  image: boolean;
  /** Builds a Dockerfile. */
  buildImage: boolean;
  exec: boolean;
  /** Memory, CPU and process limits are enforced. */
  limits: boolean;
  /** `egress: none` and the firewall of `egress: open` are enforced. */
  egress: boolean;
  /** Pods cannot reach each other, the host or the control plane. */
  isolation: boolean;
  /** Takes over containers that AgentPod did not make. */
  adopt: boolean;
}

/** A unit instance: one unit of one pod at one revision of its resolved spec. All drivers name and label with this. */
export interface UnitId {
  /** Pod id (uuid). */
  pod: string;
  unit: string;
  /** First 12 hex digits of the hash of the unit's resolved spec. */
  revision: string;
}

/** The program is asked to end by it, before it is killed. */
export type StopSignal = "SIGTERM" | "SIGINT" | "SIGQUIT" | "SIGHUP" | "SIGUSR1" | "SIGUSR2";

/** Names of a pod for labels and directories; deterministic, never chosen by a driver. */
export interface PodScope {
  pod: string;
  /** Tenant name and pod name, for people. */
  tenant: string;
  name: string;
  /** Private IPv4 network of the pod, e.g. `10.213.4.0/28`; null where the driver has no networks. */
  subnet: string | null;
  /** Unix user id of the pod's processes on the process runtime when AgentPod is root; else null. */
  uid: number | null;
  egress: "open" | "none";
}

/** Everything final about one unit instance: the driver chooses nothing. */
export interface UnitRun {
  id: UnitId;
  scope: PodScope;
  /** Stable across revisions. */
  hostname: string;
  /** Name under which other units of the pod reach it; null while two revisions overlap. */
  alias: string | null;
  image: string | null;
  build: {
    artifact: string;
    dockerfile: string;
    args: Record<string, string>;
    target: string | null;
    /** One image for all pods that ask for the same. */
    shared?: true | undefined;
    limits?: { cpus?: number | undefined; memoryMb?: number | undefined; seconds?: number | undefined } | undefined;
  } | null;
  code: { artifact: string; path: string } | null;
  entrypoint: string[] | null;
  command: string[] | null;
  workdir: string | null;
  /** Secrets are already inserted: never log this. */
  env: Record<string, string>;
  ports: UnitPort[];
  volumes: { id: VolumeId; path: string }[];
  resources: { cpus: number; memoryMb: number; pids: number; yields?: boolean | undefined };
  user: string | null;
  capabilities: string[];
  readOnlyRoot: boolean;
  tmpfs: { path: string; sizeMb: number }[];
  stopGraceSeconds: number;
  /** Null: TERM, or what the image says. */
  stopSignal: StopSignal | null;
  local: { argv: string[]; env: Record<string, string>; needs: string[] } | null;
  /** Hash of what of its environment may change while it runs; absent: nothing may. The instance remembers with which it was made. */
  live?: string;
  /** Of an adopted unit: what it has beyond its spec. Put in when it is made, as secrets are: never log this. */
  kept?: Kept;
}

export interface UnitPort {
  name: string;
  /** Port inside the container; on the process runtime the unit listens on `host` instead. */
  container: number;
  /** Loopback port of the host (docker publishes there; a process listens there); never 0. */
  host: number;
  /** Ports of the host that the program may use besides; nobody else does. */
  beside?: number[];
}

/** A volume belongs to a pod and outlives its unit instances. */
export interface VolumeId {
  pod: string;
  /** Unit and volume name, unique within the pod. */
  unit: string;
  volume: string;
}

/** Where a port of a running unit can be reached from this machine. */
export type Address = { kind: "tcp"; host: string; port: number } | { kind: "unix"; path: string };

export interface ObservedUnit {
  id: UnitId;
  /** Identity of this very run: changes on each start. Opaque; equal means same run. */
  runId: string;
  state: "created" | "running" | "exited";
  containerId: string | null;
  pid: number | null;
  startedAt: string | null;
  finishedAt: string | null;
  /** Null while running, or where it was not learned (the control plane was away). */
  exitCode: number | null;
  oomKilled: boolean;
  /** By port name. */
  endpoints: Record<string, Address>;
  /** Of a container that AgentPod did not make: whether all is done to take it over. */
  adoption?: "pending" | "taken";
  /** `live` of the run it was made with: what it starts with, whatever it was told since. */
  live?: string;
}

/** One truthful look at the runtime. What is absent here is absent; a driver that cannot know throws `unavailable`. */
export interface Observed {
  units: ObservedUnit[];
  /** Pods whose network or directory exists (also when no unit does). */
  pods: string[];
  volumes: VolumeId[];
}

export interface WakeUp {
  /** Pod to look at; null: look at all. Never data. */
  pod: string | null;
}

export interface LogLine {
  at: string | null;
  stream: "stdout" | "stderr";
  text: string;
}

export interface LogQuery {
  follow: boolean;
  /** Last n lines; null: all. */
  tail: number | null;
  since: Date | null;
  signal: AbortSignal;
}

export interface ExecRequest {
  argv: string[];
  tty: { cols: number; rows: number } | null;
  env: Record<string, string>;
  workdir: string | null;
}

export interface ExecSession {
  stdin: Writable;
  stdout: Readable;
  /** Null with a TTY, where both come on stdout. */
  stderr: Readable | null;
  /** No effect without a TTY. */
  resize(cols: number, rows: number): Promise<void>;
  /** Exit code; never rejects (the runtime going away gives 255). */
  exit: Promise<number>;
  /** Ends the program; harmless when it has ended. */
  kill(): void;
}

/** A folder of a unit that its spec names; `path` is where the unit itself sees it in a container. */
export type FileRoot = { kind: "volume"; volume: VolumeId; path: string } | { kind: "code" | "workdir"; path: string };

/** A file or folder of a unit, by its way from a root: relative, without `..`; empty is the root itself. */
export interface FilePlace {
  root: FileRoot;
  path: string;
}

export interface FileEntry {
  name: string;
  /** `other`: a pipe, a socket, a device. */
  kind: "file" | "folder" | "link" | "other";
  bytes: number;
  modifiedAt: string;
  /** The nine permission bits and the three above them. */
  mode: number;
}

export interface FolderListing {
  /** In no order; links are told and not followed. */
  entries: FileEntry[];
  /** False: there are more than are told. */
  isWhole: boolean;
}

export interface UnitStats {
  id: UnitId;
  at: string;
  /** Cores in use, averaged since the previous sample; null in the first. */
  cpuCores: number | null;
  memoryBytes: number;
  /** Null where there is no limit or it is not enforced. */
  memoryLimitBytes: number | null;
  pids: number;
}

export interface RuntimeInfo {
  kind: RuntimeKind;
  version: string;
  /** Sentences for `doctor`: what is not enforced, what to install. */
  notes: string[];
}

/** An image that was built here for a pod, or a layer of such a build; never one that was pulled. */
export interface StoredImage {
  /** Opaque. */
  id: string;
  /** Empty: a layer that a build began with, or came to an end at. */
  names: string[];
  pod: string;
  /** First 12 digits of the artifact that it was built from; null where it has no name. */
  builtFrom: string | null;
  /** What would be free without it; with what it shares with others where that is not told. */
  bytes: number;
  builtAt: string;
  /** A container of this installation is made from it. */
  isUsed: boolean;
}

export interface Stored {
  images: StoredImage[];
  /** Those that could be measured. */
  volumes: { id: VolumeId; bytes: number }[];
}

/** A disk, in bytes. */
export interface DiskRoom {
  free: number;
  total: number;
}

export interface Runtime {
  readonly kind: RuntimeKind;
  readonly can: Capabilities;

  /** Throws `unavailable` when the engine does not answer. */
  info(): Promise<RuntimeInfo>;

  /** Network (docker) or directory (process) of a pod. Twice: no effect. */
  preparePod(scope: PodScope): Promise<void>;
  /**
   * Image pulled or built, code artifact at hand. Twice: no effect. `progress` gets human lines. With the signal's end a build ends:
   * it throws the signal's reason.
   */
  prepareImage(run: UnitRun, progress: (line: string) => void, signal?: AbortSignal): Promise<void>;
  /** Twice: no effect, data stays. */
  ensureVolume(volume: VolumeId, scope: PodScope): Promise<void>;
  /**
   * Makes the instance without starting it, where that can be done ahead: beside `preparePod`, while another instance
   * still runs. Twice, or where nothing can be done ahead: no effect. One with volumes is made in any case, once these are there:
   * its files can then be read and written.
   */
  create(run: UnitRun): Promise<void>;
  /** Creates the instance if absent and starts it if not running. Twice: no effect. Resolves once started, not once healthy. */
  ensure(run: UnitRun): Promise<void>;
  /** Ends the run (its stop signal, then KILL after the grace); the instance and its logs stay. Succeeds on absence. */
  stop(id: UnitId, graceSeconds: number): Promise<void>;
  /** Ends and deletes the instance, its logs too; volumes stay. Succeeds on absence. */
  remove(id: UnitId, graceSeconds: number): Promise<void>;
  /** Deletes the data. Succeeds on absence. */
  removeVolume(volume: VolumeId): Promise<void>;
  /** Deletes network or directory, and images built for the pod alone. Succeeds on absence; `conflict` while units are there. */
  removePod(pod: string): Promise<void>;

  /** All that belongs to this installation, or to the given pods. One engine call for any number of pods. */
  observe(pods: readonly string[] | null): Promise<Observed>;
  /**
   * The first wake-up (`pod: null`) comes as soon as the driver listens: what happened before is found by looking. Ends
   * when the signal aborts; reconnects by itself never: throws `unavailable`, the caller starts again and sweeps.
   */
  watch(signal: AbortSignal): AsyncIterable<WakeUp>;

  /** A byte stream to a port of a running unit. `unavailable` when nothing listens, `not_found` when there is no such unit or port. */
  dial(id: UnitId, port: string): Promise<Duplex>;
  /** Oldest first; `not_found` when the instance is absent. */
  logs(id: UnitId, query: LogQuery): AsyncIterable<LogLine>;
  exec(id: UnitId, request: ExecRequest): Promise<ExecSession>;
  /** A tar stream of a file or folder of the unit. `not_found` on absence. */
  readFiles(id: UnitId, path: string): Promise<Readable>;
  /**
   * Unpacks a tar stream into an existing folder of the unit; entries that lead outside it are refused. So are symbolic links that
   * point outside, unless `links` is `any`: what a volume held is given back as it was, and nothing is written through a link.
   */
  writeFiles(id: UnitId, path: string, tar: Readable, links?: "inside" | "any"): Promise<void>;
  /**
   * The path for `readFiles` and `writeFiles` of a place. No link is followed below the root: `invalid` where one is on the
   * way or the place is one. `not_found` on absence.
   */
  locate(id: UnitId, place: FilePlace): Promise<string>;
  /** What lies in a folder of a running unit. As `locate`, and `invalid` where it is no folder. */
  listFiles(id: UnitId, place: FilePlace): Promise<FolderListing>;
  /** Deletes a file, a link (not what it leads to) or a folder with all that is in it, with the unit's own rights. As `locate`. */
  removeFiles(id: UnitId, place: FilePlace): Promise<void>;
  stats(pods: readonly string[] | null): Promise<UnitStats[]>;

  /** What was built here, and how much the volumes of these pods hold. Asked seldom: it may take a minute. */
  stored(volumesOf: readonly string[]): Promise<Stored>;
  /**
   * Deletes an image of `stored`, and what of it only it needs. False where it stays because something is made from it. Succeeds on
   * absence; `not_found` for what is none of this installation's.
   */
  removeImage(id: string): Promise<boolean>;
  /** The disk on which images, instances and volumes lie; null where it cannot be seen from here. */
  room(): Promise<DiskRoom | null>;

  /** Containers that AgentPod did not make, ended ones too; with a name or id that one alone. `invalid` where `can.adopt` is false. */
  foreign(name: string | null): Promise<ForeignContainer[]>;
  /**
   * Takes a container over while it runs on: the engine no longer restarts it, and it has our name. From then on `ensure`, `stop` and
   * `remove` mean this container as long as it is there. Twice, or on absence: no effect.
   */
  adopt(unit: AdoptedUnit): Promise<void>;
  /** Undoes `adopt`; what runs is not touched. Twice, or on absence: no effect. `conflict` while its old name is another's. */
  release(unit: AdoptedUnit): Promise<void>;
}

/** What every driver is given at construction. */
export interface RuntimeContext {
  /** Installation id (uuid): in every label; objects of others are never touched. */
  installation: string;
  /** Directory for the driver's own state; exists. */
  stateDir: string;
  /** Uncompressed tar of a content-addressed artifact; `not_found` on absence. */
  openArtifact(digest: string): Promise<Readable>;
  /** Containers that were taken over, as they are now; absent: none. A driver that cannot ask throws what this throws. */
  adopted?(): Promise<readonly AdoptedUnit[]>;
}
