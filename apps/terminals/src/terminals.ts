import type { AdoptedUnit } from "@agentpod/core/adopt";
import type { EndedTerminal, HostedTerminal, TerminalRuntime, TerminalToOpen } from "@agentpod/core/api/terminal-host";
import type { TerminalEnd } from "@agentpod/core/api/terminal-view";
import { AppError } from "@agentpod/core/errors";
import type { Runtime } from "@agentpod/core/runtime";
import { endMarked, mark } from "./end-marked.ts";
import { findShell } from "./find-shell.ts";
import { isRunning, runIdOf } from "./run-of-unit.ts";
import { runtimeAt } from "./runtime-at.ts";
import type { Attached, Terminal } from "./terminal.ts";
import type { TerminalRecord, TerminalRecords } from "./terminal-records.ts";
import type { ViewLine } from "./view.ts";

export const terminalLimits = { perPod: 16, total: 200, viewers: 20, keepEndedMs: 10 * 60_000 } as const;
const closeLimitMs = 15_000;
const retryMs = 2000;

/** All terminals of this host, living and just ended. */
export class Terminals {
  readonly #records: TerminalRecords;
  readonly #idleMs: number;
  readonly #terminals = new Map<string, Terminal>();
  readonly #ending = new Map<string, "closed" | "idle">();
  readonly #listeners = new Set<(ended: EndedTerminal) => void>();
  #place: TerminalRuntime | null = null;
  #runtime: Promise<Runtime> | null = null;
  /** Containers that were taken over, by pod, as far as a terminal was opened in one. */
  readonly #adopted = new Map<string, AdoptedUnit>();
  #retry: NodeJS.Timeout | null = null;
  /** Terminals being opened, by pod: they count before they are there. */
  readonly #opening: string[] = [];

  constructor(records: TerminalRecords, idleMs: number) {
    this.#records = records;
    this.#idleMs = idleMs;
  }

  /** Living ones, those being opened too. */
  get living(): number {
    return [...this.#terminals.values()].filter(({ end }) => end === null).length + this.#opening.length;
  }

  /** Where units are from now on. The same again has no effect but for what a killed host left: that is ended now, if it was not before. */
  async setRuntime(place: TerminalRuntime): Promise<void> {
    if (JSON.stringify(place) !== JSON.stringify(this.#place)) {
      this.#place = place;
      this.#runtime = null;
    }
    await this.endLeft();
  }

  /** Ends the programs of terminals that another host, killed since, has opened. What cannot be reached is left for the next call. */
  async endLeft(): Promise<void> {
    const left = this.#records.list().filter(({ id, end }) => end === null && !this.#terminals.has(id) && !this.#opening.includes(id));
    if (left.length === 0 || this.#place === null || this.#place.kind === "none") return;
    const runtime = await this.#getRuntime();
    for (const record of left) this.#learn(record);
    for (const record of left)
      if (await endMarked(runtime, record.unit, record.id)) this.#noteEnd(record, { reason: "host_ended", exitCode: null });
  }

  /** Throws `quota_exceeded`, and what the runtime's `exec` throws: `conflict` when the unit does not run. */
  async open(asked: TerminalToOpen): Promise<HostedTerminal> {
    this.#admit(asked.unit.pod);
    this.#opening.push(asked.id);
    try {
      const { Terminal } = await import("./terminal.ts");
      this.#learn(asked);
      const runtime = await this.#getRuntime();
      const runId = await runIdOf(runtime, asked.unit);
      const argv = asked.command ?? (await findShell(runtime, asked.unit));
      const record = { id: asked.id, unit: asked.unit, owner: asked.owner, ...(asked.adopted && { adopted: asked.adopted }) };
      this.#records.write({ ...record, end: null });
      const env = { TERM: "xterm-256color", COLORTERM: "truecolor", [mark]: asked.id };
      const session = await runtime.exec(asked.unit, { argv, tty: asked.size, env, workdir: asked.workdir }).catch((error: unknown) => {
        this.#records.remove(asked.id);
        throw error;
      });
      const terminal = new Terminal(asked, session, async (exitCode) => {
        const reason = this.#ending.get(asked.id) ?? ((await isRunning(runtime, asked.unit, runId, exitCode)) ? "exited" : "run_ended");
        return { reason, exitCode: reason === "exited" ? exitCode : null };
      });
      this.#terminals.set(asked.id, terminal);
      void terminal.ended.then((end) => this.#ended({ ...record, end: null }, end));
      return viewOf(terminal);
    } finally {
      this.#opening.splice(this.#opening.indexOf(asked.id), 1);
    }
  }

  /** Of a pod (its id), oldest first. */
  list(pod: string): HostedTerminal[] {
    return [...this.#terminals.values()].filter(({ asked }) => asked.unit.pod === pod).map(viewOf);
  }

  /** Throws `not_found`; `quota_exceeded` for too many viewers. */
  attach(id: string, line: ViewLine): Attached {
    const terminal = this.#get(id);
    if (terminal.viewers >= terminalLimits.viewers)
      throw new AppError("quota_exceeded", `${terminalLimits.viewers} already look at this terminal; close one of them`);
    return terminal.attach(line);
  }

  /** Ends the program and all it has started; one that has ended is forgotten. Throws `not_found`, or `unavailable` when it cannot be ended now. */
  async close(id: string, reason: "closed" | "idle" = "closed"): Promise<void> {
    const terminal = this.#get(id);
    if (terminal.end === null) {
      this.#ending.set(id, reason);
      await endMarked(await this.#getRuntime(), terminal.asked.unit, id);
      terminal.kill();
      const isEnded = await Promise.race([terminal.ended.then(() => true), expire(closeLimitMs)]);
      if (!isEnded) {
        this.#ending.delete(id);
        throw new AppError("unavailable", "the terminal's program did not end; try again when the runtime answers");
      }
    }
    if (reason === "closed") this.#forget(id);
  }

  /** The server has written down that it ended. */
  noted(id: string): void {
    if (this.#records.list().some((record) => record.id === id && record.end !== null)) this.#records.remove(id);
  }

  /** Tells of every end, those first that were not noted yet. Gives the way to stop. */
  watch(listener: (ended: EndedTerminal) => void): () => void {
    for (const record of this.#records.list()) if (record.end !== null) listener(endedOf(record, record.end));
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Closes what nobody has looked at or used for the idle time, and forgets what ended a while ago. */
  async sweep(now: number): Promise<void> {
    for (const [id, terminal] of this.#terminals) {
      const stillMs = now - terminal.movedAt;
      if (terminal.end !== null && terminal.viewers === 0 && stillMs > terminalLimits.keepEndedMs) this.#forget(id);
      else if (terminal.end === null && terminal.viewers === 0 && stillMs > this.#idleMs)
        await this.close(id, "idle").catch(() => undefined);
    }
    await this.endLeft().catch(() => undefined);
  }

  #retryLater(): void {
    this.#retry ??= setTimeout(() => {
      this.#retry = null;
      this.endLeft().catch(() => this.#retryLater());
    }, retryMs).unref();
  }

  /** A pod that was made anew since is found as any other, and one that was not adopted is forgotten here. */
  #learn({ unit, adopted }: Pick<TerminalToOpen, "unit" | "adopted">): void {
    if (adopted) this.#adopted.set(unit.pod, adopted);
    else this.#adopted.delete(unit.pod);
  }

  async #getRuntime(): Promise<Runtime> {
    if (this.#place === null) throw new AppError("unavailable", "the control plane has not yet said where units are; try again");
    const made = this.#runtime ?? runtimeAt(this.#place, async () => [...this.#adopted.values()]);
    this.#runtime = made;
    made.catch(() => {
      if (this.#runtime === made) this.#runtime = null;
    });
    return made;
  }

  #get(id: string): Terminal {
    const found = this.#terminals.get(id);
    if (found) return found;
    throw new AppError("not_found", "there is no such terminal, or no longer; open a new one");
  }

  #admit(pod: string): void {
    const ofPod = this.list(pod).filter(({ end }) => end === null).length;
    if (ofPod >= terminalLimits.perPod) throw new AppError("quota_exceeded", `this pod has ${ofPod} open terminals; close one first`);
    if (this.living >= terminalLimits.total)
      throw new AppError("quota_exceeded", `${this.living} terminals are open here; close some first`);
  }

  #ended(record: TerminalRecord, end: TerminalEnd): void {
    this.#ending.delete(record.id);
    this.#noteEnd(record, end);
  }

  #noteEnd(record: TerminalRecord, end: TerminalEnd): void {
    this.#records.write({ ...record, end });
    for (const listener of this.#listeners) listener(endedOf(record, end));
  }

  #forget(id: string): void {
    this.#terminals.get(id)?.dispose();
    this.#terminals.delete(id);
  }
}

function viewOf(terminal: Terminal): HostedTerminal {
  const { id, unit, owner, openedBy } = terminal.asked;
  const { size, openedAt, viewers, end } = terminal;
  return { id, podId: unit.pod, unit: unit.unit, owner, size, openedAt, openedBy, viewers, end };
}

const endedOf = ({ id, unit, owner }: TerminalRecord, end: TerminalEnd): EndedTerminal => ({
  id,
  podId: unit.pod,
  unit: unit.unit,
  owner,
  end,
});

function expire(milliseconds: number): Promise<false> {
  return new Promise((resolve) => setTimeout(() => resolve(false), milliseconds).unref());
}
