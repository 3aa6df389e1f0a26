import { randomBytes } from "node:crypto";
import { EventEmitter, on } from "node:events";
import { AppError } from "@agentpod/core/errors";
import type { DiskRoom, Observed, Runtime, StoredImage, UnitId, VolumeId, WakeUp } from "@agentpod/core/runtime";
import type { MemoryForeign } from "./foreign-containers.ts";
import type { MemoryTree } from "./memory-files.ts";
import type { MemoryInstance } from "./memory-instance.ts";

type Method = {
  // biome-ignore lint/suspicious/noExplicitAny: any function of the interface
  [K in keyof Runtime]: Runtime[K] extends (...args: any[]) => unknown ? K : never;
}[keyof Runtime];

/** A call of a driver, on its way in or out. */
export interface MemoryCall {
  /** `after`: the effect is there, the caller has not heard of it. */
  when: "before" | "after";
  method: Method;
  pod: string | null;
  unit: string | null;
}

/** What is there of one pod, in whatever order it was made. */
export interface MemoryPod {
  isPrepared: boolean;
  /** By `<unit>@<revision>`. */
  units: Map<string, MemoryInstance>;
  /** By `<unit>/<volume>`. */
  volumes: Map<string, { id: VolumeId; tree: MemoryTree }>;
  /** Built for it, by name. */
  images: Map<string, Omit<StoredImage, "isUsed">>;
}

/** The machine that memory runtimes share: a second driver on the same world is a control plane that came back. */
export class MemoryWorld {
  /** For tests: called around every call of every driver; what it throws the caller gets, and a promise delays it. */
  fault: ((call: MemoryCall) => void | Promise<void>) | null = null;
  /** Host ports in use by programs that are none of ours. */
  readonly strangersPorts = new Set<number>();
  /** The disk as it is told. */
  room: DiskRoom | null = { free: 100 * 1024 ** 3, total: 200 * 1024 ** 3 };
  /** Containers that somebody else started, by id. */
  readonly foreign = new Map<string, MemoryForeign>();
  readonly #trees = new Map<string, MemoryTree>();
  /** Host ports in use by running units. */
  readonly ports = new Set<number>();
  /** Unpacked code artifacts by digest. */
  readonly artifacts = new Map<string, MemoryTree>();
  readonly #installations = new Map<string, Map<string, MemoryPod>>();
  readonly #events = new EventEmitter().setMaxListeners(0);
  readonly #turns = new Map<string, Promise<unknown>>();
  #isLost = false;
  readonly #name = randomBytes(4).toString("hex");
  #runs = 0;

  /** The engine is away: every call throws `unavailable`, watches break off; what runs goes on. */
  lose(): void {
    this.#isLost = true;
    this.#events.emit("lost", new AppError("unavailable", "the memory runtime was told not to answer"));
  }

  /** The engine is back, and has lost nothing. */
  restore(): void {
    this.#isLost = false;
  }

  /** Takes a container away as `rm -f` would, whoever's it is. */
  removeContainer(container: string): void {
    for (const [id, { container: of, instance }] of this.foreign) {
      if (id !== container && of.name !== container) continue;
      instance.run?.exit({ code: 137, oomKilled: false });
      this.foreign.delete(id);
    }
    for (const [installation, pods] of this.#installations)
      for (const [id, pod] of pods)
        for (const [key, instance] of pod.units) {
          if (instance.seen.containerId !== container) continue;
          instance.run?.exit({ code: 137, oomKilled: false });
          pod.units.delete(key);
          this.wake(installation, id);
        }
  }

  /** Ends the run of a unit as `kill -9` would; without effect when it does not run. */
  crash(id: UnitId, exitCode = 137): void {
    for (const pods of this.#installations.values()) {
      pods.get(id.pod)?.units.get(unitKey(id))?.run?.exit({ code: exitCode, oomKilled: false });
    }
  }

  /** Ends every run, as a reboot of the machine would; instances and volumes stay. */
  reboot(): void {
    for (const pods of this.#installations.values())
      for (const pod of pods.values()) for (const { run } of pod.units.values()) run?.exit({ code: 137, oomKilled: false });
  }

  /** What lies in a folder of the machine. */
  treeOf(folder: string): MemoryTree {
    const tree = this.#trees.get(folder) ?? new Map();
    this.#trees.set(folder, tree);
    return tree;
  }

  /** What is there of an installation, in words. */
  contents(installation: string): string[] {
    return [...(this.#installations.get(installation) ?? [])].flatMap(([id, pod]) => [
      ...(pod.isPrepared ? [`pod ${id}`] : []),
      ...[...pod.units.keys()].map((unit) => `unit ${id}/${unit}`),
      ...[...pod.volumes.keys()].map((volume) => `volume ${id}/${volume}`),
      ...[...pod.images.keys()].map((image) => `image ${id}/${image}`),
    ]);
  }

  /** Throws `unavailable` while the engine is away. */
  answer(): void {
    if (this.#isLost) throw new AppError("unavailable", "the memory runtime was told not to answer");
  }

  find(installation: string, pod: string): MemoryPod | null {
    return this.#installations.get(installation)?.get(pod) ?? null;
  }

  pod(installation: string, id: string): MemoryPod {
    const pods = this.#installations.get(installation) ?? new Map<string, MemoryPod>();
    this.#installations.set(installation, pods);
    const pod = pods.get(id) ?? { isPrepared: false, units: new Map(), volumes: new Map(), images: new Map() };
    pods.set(id, pod);
    return pod;
  }

  podIds(installation: string): string[] {
    return [...(this.#installations.get(installation)?.keys() ?? [])];
  }

  /** Forgets a pod of which nothing is left. */
  tidy(installation: string, id: string): void {
    const pod = this.find(installation, id);
    if (pod && !pod.isPrepared && pod.units.size + pod.volumes.size + pod.images.size === 0)
      this.#installations.get(installation)?.delete(id);
  }

  /** Nothing is copied: what is handed out is replaced on change, never changed. */
  observe(installation: string, pods: readonly string[] | null): Observed {
    const all = this.#installations.get(installation);
    const seen: Observed = { units: [], pods: [], volumes: [] };
    for (const id of pods ?? all?.keys() ?? []) {
      const pod = all?.get(id);
      if (!pod) continue;
      if (pod.isPrepared) seen.pods.push(id);
      for (const instance of pod.units.values()) seen.units.push(instance.seen);
      for (const volume of pod.volumes.values()) seen.volumes.push(volume.id);
    }
    return seen;
  }

  /** One after another for one unit, whoever asks. */
  async inTurn<T>(installation: string, id: UnitId, work: () => Promise<T>): Promise<T> {
    const key = `${installation}/${id.pod}/${unitKey(id)}`;
    const turn = (this.#turns.get(key) ?? Promise.resolve()).catch(() => undefined).then(work);
    this.#turns.set(key, turn);
    try {
      return await turn;
    } finally {
      if (this.#turns.get(key) === turn) this.#turns.delete(key);
    }
  }

  /** Identity of a new run; differs from that of any run of any world, so that a pod's status from before is not taken for its. */
  nextRun(): { runId: string; pid: number } {
    const pid = ++this.#runs;
    return { runId: `memory-${this.#name}-${pid}`, pid };
  }

  wake(installation: string, pod: string): void {
    this.#events.emit(installation, pod);
  }

  async *watch(installation: string, signal: AbortSignal): AsyncGenerator<WakeUp> {
    this.answer();
    if (signal.aborted) return;
    const broken = new AbortController();
    const lost = (error: AppError): void => broken.abort(error);
    this.#events.once("lost", lost);
    const wakes = on(this.#events, installation, { signal: AbortSignal.any([signal, broken.signal]) });
    try {
      // From here on nothing is missed; what came before is for the caller to look at.
      yield { pod: null };
      for await (const [pod] of wakes) yield { pod: pod as string };
    } catch (error) {
      if (broken.signal.aborted) throw broken.signal.reason;
      if (!signal.aborted) throw error;
    } finally {
      this.#events.off("lost", lost);
      await wakes.return?.();
    }
  }
}

export const unitKey = (id: Pick<UnitId, "unit" | "revision">): string => `${id.unit}@${id.revision}`;
