import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Pod } from "@agentpod/core/pod";
import { redactor } from "@agentpod/core/redact";
import type { Runtime, UnitId } from "@agentpod/core/runtime";
import type { KeptLine } from "./kept-line.ts";
import { KeptLog, type KeptLogOptions } from "./kept-log.ts";
import { LineCounter, type LogRule } from "./log-matches.ts";
import { readKept } from "./read-kept.ts";
import { UnitPump } from "./unit-pump.ts";

export interface PodLogOptions extends KeptLogOptions {
  runtime: Pick<Runtime, "logs">;
  secrets(podId: string): Promise<Record<string, string>>;
  clock(): Date;
  onFailure(error: unknown): void;
}

/** Whose log a folder holds, for the archive; also when the pod is gone. */
export const ownerFile = "pod.json";

/** A rule that was changed is another. */
export const ruleKey = ({ id, text, level, withinMinutes }: LogRule): string => JSON.stringify([id, text, level, withinMinutes]);

const keyOf = ({ unit, revision }: Pick<UnitId, "unit" | "revision">): string => `${unit} ${revision}`;

/** The kept log of a pod, and what fills it: a pump for each of its unit instances. */
export class PodLog {
  readonly log: KeptLog;
  pod: Pod;
  readonly #options: PodLogOptions;
  readonly #pumps = new Map<string, UnitPump>();
  readonly #counters = new Map<string, LineCounter>();
  /** Every value seen: a unit that still runs with an older one says that. */
  #secrets: Record<string, string> = {};
  #clean: (text: string) => string = (text) => text;
  #knownOf = -1;

  constructor(pod: Pod, options: PodLogOptions) {
    this.pod = pod;
    this.#options = options;
    this.log = new KeptLog(options);
    writeFileSync(join(options.folder, ownerFile), JSON.stringify({ id: pod.id, tenant: pod.tenant, name: pod.name }), { mode: 0o600 });
  }

  /** Follows what runs, as the pod's status says, and reads to the end what has ended. Secrets that are new are known first. */
  async look(pod: Pod): Promise<void> {
    this.pod = pod;
    await this.#learnSecrets();
    const there = new Set<string>();
    for (const unit of pod.status.units) {
      if (unit.state === "absent") continue;
      const id = { pod: pod.id, unit: unit.name, revision: unit.revision };
      there.add(keyOf(id));
      const isNew = !this.#pumps.has(keyOf(id));
      const pump = this.#pump(id);
      if (unit.state === "running") pump.run();
      else if (isNew) void pump.drain();
    }
    for (const [key, pump] of this.#pumps) {
      if (there.has(key) || !pump.isIdle) continue;
      this.#pumps.delete(key);
      await pump.stop();
    }
  }

  /** All that its units have written is kept. */
  async drainAll(): Promise<void> {
    await Promise.all([...this.#pumps.values()].map((pump) => pump.drain()));
  }

  /** All that an instance has written is kept, and nothing more is read of it: it is about to go. */
  async finish(id: UnitId): Promise<void> {
    if (this.#knownOf < 0) await this.#learnSecrets();
    const pump = this.#pump(id);
    await pump.drain();
    this.#pumps.delete(keyOf(id));
    await pump.stop();
  }

  /** Keeps a line that no instance wrote. */
  async note(line: KeptLine): Promise<void> {
    if (this.#knownOf < 0) await this.#learnSecrets();
    const kept = { ...line, text: this.#clean(line.text) };
    this.log.append(kept);
    this.#count(kept);
  }

  /** Lines that a rule is about; those of before are found in the kept log when it is asked for the first time. */
  async matches(rule: LogRule, now: Date): Promise<{ count: number; sample: string }> {
    const known = this.#counters.get(ruleKey(rule));
    if (known !== undefined) return known.count(now);
    const counter = new LineCounter(rule);
    this.#counters.set(ruleKey(rule), counter);
    const since = new Date(now.getTime() - rule.withinMinutes * 60_000);
    const { signal } = new AbortController();
    const all = { unit: null, follow: false, tail: null, since, search: rule.text, level: rule.level, signal };
    for await (const { at, text } of readKept(this.log, all)) counter.see({ at: at as string, text });
    return counter.count(now);
  }

  /** Counts nothing any more for rules that are not among these, or were otherwise. */
  forgetRules(keys: ReadonlySet<string>): void {
    for (const key of this.#counters.keys()) if (!keys.has(key)) this.#counters.delete(key);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#pumps.values()].map((pump) => pump.stop()));
    try {
      this.log.flush();
    } finally {
      this.log.close();
    }
  }

  #pump(id: UnitId): UnitPump {
    const found = this.#pumps.get(keyOf(id));
    if (found) return found;
    const { runtime, clock, onFailure } = this.#options;
    const made = new UnitPump({
      id,
      runtime,
      log: this.log,
      clock,
      clean: (text) => this.#clean(text),
      kept: (line) => this.#count(line),
      onFailure,
    });
    this.#pumps.set(keyOf(id), made);
    return made;
  }

  #count(line: KeptLine): void {
    for (const counter of this.#counters.values()) counter.see(line);
  }

  async #learnSecrets(): Promise<void> {
    const { id, generation } = this.pod;
    if (this.#knownOf === generation) return;
    const secrets = await this.#options.secrets(id);
    for (const [name, value] of Object.entries(secrets)) {
      const isOther = this.#secrets[name] !== undefined && this.#secrets[name] !== value;
      if (isOther) this.#secrets[`${name} (before ${generation})`] = this.#secrets[name] as string;
      this.#secrets[name] = value;
    }
    this.#clean = redactor(this.#secrets);
    this.#knownOf = generation;
  }
}
