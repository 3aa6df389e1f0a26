import type { UnitId } from "./runtime.ts";

/** When the engine starts a container again by itself; `retries` only with `on-failure`. */
export interface RestartRule {
  name: "no" | "always" | "unless-stopped" | "on-failure";
  retries: number;
}

export interface ForeignPort {
  container: number;
  /** Where the engine publishes it on its machine; null: nowhere. */
  published: { address: string; port: number } | null;
}

export interface ForeignNetwork {
  name: string;
  /** Names under which others on it reach the container. */
  aliases: string[];
  /** Of AgentPod installations whose network it is; null: not AgentPod's. */
  installation: string | null;
}

/** A container that AgentPod did not make, as it is found. */
export interface ForeignContainer {
  id: string;
  name: string;
  /** A reference by which the image can be found again; null: it has none. */
  image: string | null;
  imageId: string;
  state: string;
  startedAt: string | null;
  ports: ForeignPort[];
  /** Volumes of the engine. */
  volumes: { name: string; path: string; isReadOnly: boolean; isAnonymous: boolean }[];
  /** Folders and files of the engine's machine. */
  folders: { source: string; path: string; isReadOnly: boolean }[];
  restart: RestartRule;
  compose: { project: string; service: string } | null;
  /** What else makes and unmakes it: `swarm`, `kubernetes`; null: nothing. */
  manager: string | null;
  /** Of the AgentPod that made it; null: none did. */
  installation: string | null;
  networkMode: string;
  networks: ForeignNetwork[];
  /** Null: unlimited. */
  limits: { cpus: number | null; memoryMb: number | null; pids: number | null };
  capabilities: { added: string[]; dropped: string[] };
  isPrivileged: boolean;
  /** The engine deletes it when it ends. */
  isAutoRemoved: boolean;
  /** Namespaces of the machine that it shares, but for the network's: `pid`, `ipc` … */
  hostNamespaces: string[];
  devices: string[];
  stopGraceSeconds: number;
  /** Secrets may be in it: never shown, never logged. */
  kept: Kept;
}

/** What an adopted unit keeps of its container beyond its spec, when it is made anew. Only ever what was found: no request can write it. */
export interface Kept {
  containerId: string;
  /** Of the unit that the container stands for. */
  revision: string;
  image: { reference: string | null; id: string };
  /** Programs know by it whether they are who they were: a lease of a name that is gone is waited out. */
  hostname: string;
  /** The engine's init is its first process; else its program is. */
  isInit: boolean;
  /** Beyond what the image says. */
  env: Record<string, string>;
  /** Null: as the image says. */
  entrypoint: string[] | null;
  command: string[] | null;
  workdir: string | null;
  user: string | null;
  stopSignal: string | null;
  volumes: { name: string; path: string; isReadOnly: boolean }[];
  folders: { source: string; path: string; isReadOnly: boolean }[];
  /** Path → options. */
  tmpfs: Record<string, string>;
  /** Bytes of /dev/shm; null: the engine's usual. */
  shmBytes: number | null;
  networks: { name: string; aliases: string[] }[];
}

/** A container that was taken over. Its labels cannot be changed, so the database knows it by its id. */
export interface AdoptedUnit {
  /** The unit instance that it stands for. */
  id: UnitId;
  /** Names of its pod. */
  tenant: string;
  name: string;
  containerId: string;
  /** As it was found, for its way back. */
  found: { name: string; image: string; restart: RestartRule };
  ports: { name: string; container: number }[];
  /** Names of the engine's volumes that it brought along. */
  volumes: string[];
  /** Folders of the machine that it uses; never deleted. */
  folders: string[];
  /** It is on its way back. */
  isReleasing: boolean;
  /** ISO 8601. */
  at: string;
}
