import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import type { TerminalToOpen } from "@agentpod/core/api/terminal-host";
import type { TerminalEnd, TerminalSize } from "@agentpod/core/api/terminal-view";
import type { ExecSession } from "@agentpod/core/runtime";
import { Screen } from "./screen.ts";
import { View, type ViewLine } from "./view.ts";

/** A runtime that does not answer holds up the screen no longer. */
const resizeLimitMs = 2000;

/** What a view may do with the terminal it looks at. */
export interface Attached {
  /** Resolves once the program's terminal has taken it. */
  input(data: Uint8Array): Promise<void>;
  resize(size: TerminalSize): void;
  shown(bytes: number): void;
  leave(): void;
}

/**
 * A program on a terminal, its screen, and any number of views. All that happens to the screen happens one after another, so
 * that a snapshot and the output after it fit together. The terminal has the size of the view that was last typed into or
 * resized, or of the only one: a forgotten window on a telephone makes nobody else's small.
 */
export class Terminal {
  readonly asked: TerminalToOpen;
  readonly openedAt = new Date().toISOString();
  /** Resolves with why, once the program has ended and its last output is on the screen. */
  readonly ended: Promise<TerminalEnd>;
  end: TerminalEnd | null = null;
  /** When somebody last typed, looked or left, or something was shown. */
  movedAt = Date.now();
  readonly #session: ExecSession;
  readonly #screen: Screen;
  /** The one that was last active comes last. */
  readonly #views = new Set<View>();
  #turn: Promise<void> = Promise.resolve();
  #resized: Promise<void> = Promise.resolve();

  constructor(asked: TerminalToOpen, session: ExecSession, reasonOf: (exitCode: number) => Promise<TerminalEnd>) {
    this.asked = asked;
    this.#session = session;
    session.stdin.on("error", () => undefined);
    this.#screen = new Screen(
      asked.size,
      // Answers to questions of a program that reads none of them would pile up.
      (reply) => void (session.stdin.writableNeedDrain || session.stdin.destroyed || session.stdin.write(reply)),
      (title) => this.#tell((view) => view.say({ title })),
    );
    this.ended = this.#run(reasonOf);
  }

  get size(): TerminalSize {
    return this.#screen.size;
  }

  get viewers(): number {
    return this.#views.size;
  }

  attach(line: ViewLine): Attached {
    const view = new View(line);
    this.#views.add(view);
    this.#moved();
    return {
      input: async (data) => {
        if (this.end === null) {
          this.#makeActive(view);
          await this.#type(data);
        }
        view.taken(data.length);
      },
      resize: (size) => this.#noteSize(view, size),
      shown: (bytes) => {
        view.shown(bytes);
        if (view.wantsSnapshot) void this.#inTurn(() => this.#renew(view));
      },
      leave: () => {
        if (!this.#views.delete(view)) return;
        this.#moved();
        const [next] = [...this.#views].reverse();
        if (next?.size) this.#resize(next.size);
      },
    };
  }

  /** Ends the program's own process; `ended` tells when that has happened. */
  kill(): void {
    this.#session.kill();
  }

  /** Lets the screen go; nothing can be looked at any more. */
  dispose(): void {
    this.#views.clear();
    void this.#inTurn(() => this.#screen.dispose());
  }

  async #run(reasonOf: (exitCode: number) => Promise<TerminalEnd>): Promise<TerminalEnd> {
    try {
      for await (const chunk of this.#session.stdout) await this.#inTurn(() => this.#show(chunk as Buffer));
    } catch {
      // A stream that breaks is an end as well.
    }
    const end = await reasonOf(await this.#session.exit);
    await this.#inTurn(() => {
      this.end = end;
      this.#tell((view) => view.say({ end }));
    });
    return end;
  }

  async #show(chunk: Buffer): Promise<void> {
    const shown = await this.#screen.write(chunk);
    this.#moved();
    this.#tell((view) => view.output(shown));
  }

  async #type(data: Uint8Array): Promise<void> {
    this.#moved();
    // What is typed into a window finds the program with that window's size.
    await this.#resized;
    const { stdin } = this.#session;
    if (stdin.destroyed || stdin.write(data)) return;
    await Promise.race([once(stdin, "drain").catch(() => undefined), this.#session.exit]);
  }

  #noteSize(view: View, size: TerminalSize): void {
    const isFirst = view.size === null;
    view.size = size;
    if (!isFirst || this.#views.size === 1) {
      this.#makeActive(view);
      this.#resize(size);
    }
    if (isFirst) void this.#inTurn(() => this.#renew(view));
  }

  #makeActive(view: View): void {
    if (!this.#views.delete(view)) return;
    this.#views.add(view);
    if (view.size !== null) this.#resize(view.size);
  }

  #resize(size: TerminalSize): void {
    this.#resized = this.#inTurn(async () => {
      const { cols, rows } = this.#screen.size;
      if (this.end !== null || (cols === size.cols && rows === size.rows)) return;
      await Promise.race([this.#session.resize(size.cols, size.rows), delay(resizeLimitMs, undefined, { ref: false })]);
      this.#screen.resize(size);
      this.#tell((view) => view.say({ size }));
    });
  }

  #renew(view: View): void {
    if (!this.#views.has(view) || !view.wantsSnapshot) return;
    view.snapshot(this.#screen);
    if (this.end !== null) view.say({ end: this.end });
  }

  #tell(say: (view: View) => void): void {
    for (const view of this.#views) say(view);
  }

  #moved(): void {
    this.movedAt = Date.now();
  }

  #inTurn(work: () => void | Promise<void>): Promise<void> {
    this.#turn = this.#turn.then(work).catch(() => undefined);
    return this.#turn;
  }
}
