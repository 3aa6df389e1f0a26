import { type TerminalToView, terminalFrameBytes, terminalWindow } from "@agentpod/core/api/terminal-frame";
import type { TerminalSize } from "@agentpod/core/api/terminal-view";

/** The way to one who looks at a terminal. */
export interface ViewLine {
  bytes(data: Uint8Array): void;
  say(message: TerminalToView): void;
}

/** A snapshot is made again only once this little is on its way: else a slow view would get nothing but snapshots. */
const nearlyShown = terminalWindow.output / 8;

/** One who looks at a terminal. Never more than a window of output (or one snapshot) waits for it, however slow it is. */
export class View {
  readonly #line: ViewLine;
  #sent = 0;
  #shown = 0;
  #taken = 0;
  /** It missed output and waits for a snapshot. */
  #behind = true;
  /** The size of its window; null until it has said so. */
  size: TerminalSize | null = null;

  constructor(line: ViewLine) {
    this.#line = line;
  }

  /** Whether a snapshot is wanted and fits. */
  get wantsSnapshot(): boolean {
    return this.#behind && this.size !== null && this.#sent - this.#shown <= nearlyShown;
  }

  snapshot(screen: { size: TerminalSize; title: string; snapshot(): Uint8Array }): void {
    const bytes = screen.snapshot();
    this.#behind = false;
    this.#line.say({ snapshot: { size: screen.size, bytes: bytes.length, title: screen.title } });
    this.#send(bytes);
  }

  /** Output that is on the screen now. */
  output(bytes: Uint8Array): void {
    if (this.#behind) return;
    if (this.#sent + bytes.length - this.#shown > terminalWindow.output) this.#behind = true;
    else this.#send(bytes);
  }

  /** What concerns those alone who have a screen. */
  say(message: TerminalToView): void {
    if (!this.#behind) this.#line.say(message);
  }

  /** The view has this much on its screen. More than was sent counts for nothing. */
  shown(bytes: number): void {
    if (bytes <= this.#sent) this.#shown = Math.max(this.#shown, bytes);
  }

  taken(bytes: number): void {
    this.#taken += bytes;
    this.#line.say({ taken: this.#taken });
  }

  #send(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += terminalFrameBytes) this.#line.bytes(bytes.subarray(at, at + terminalFrameBytes));
    this.#sent += bytes.length;
  }
}
