import { type TerminalToView, terminalFrameBytes, terminalWindow } from "@agentpod/core/api/terminal-frame";
import type { TerminalEnd, TerminalSize } from "@agentpod/core/api/terminal-view";

/** What a view does with what it is sent. The calls come in order; each `done` tells that it is on the screen. */
export interface Showing {
  output(bytes: Uint8Array, done: () => void): void;
  /** A whole screen follows: start from an empty one of this size. */
  snapshot(size: TerminalSize, title: string): void;
  size(size: TerminalSize): void;
  title(title: string): void;
  end(end: TerminalEnd): void;
}

/** The way to the server, for one view. */
export interface ViewLink {
  sendBytes(bytes: Uint8Array<ArrayBuffer>): void;
  sendText(text: string): void;
}

/** One view's side of the terminal WebSocket, for browsers and programs: counts both ways and never sends ahead of the window. */
export class ViewProtocol {
  readonly #link: ViewLink;
  readonly #showing: Showing;
  #shown = 0;
  #sent = 0;
  #taken = 0;
  #waiting: Uint8Array[] = [];

  constructor(link: ViewLink, showing: Showing, size: TerminalSize) {
    this.#link = link;
    this.#showing = showing;
    this.resize(size);
  }

  /** Bytes of input that were not taken yet. */
  get pending(): number {
    return this.#waiting.reduce((sum, part) => sum + part.length, this.#sent - this.#taken);
  }

  resize(size: TerminalSize): void {
    this.#link.sendText(JSON.stringify({ resize: size }));
  }

  input(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += terminalFrameBytes) this.#waiting.push(bytes.subarray(at, at + terminalFrameBytes));
    this.#send();
  }

  receiveBytes(bytes: Uint8Array): void {
    this.#showing.output(bytes, () => {
      this.#shown += bytes.length;
      this.#link.sendText(JSON.stringify({ shown: this.#shown }));
    });
  }

  receiveText(text: string): void {
    const message = JSON.parse(text) as TerminalToView;
    if ("snapshot" in message) this.#showing.snapshot(message.snapshot.size, message.snapshot.title);
    else if ("size" in message) this.#showing.size(message.size);
    else if ("title" in message) this.#showing.title(message.title);
    else if ("end" in message) this.#showing.end(message.end);
    else {
      this.#taken = message.taken;
      this.#send();
    }
  }

  #send(): void {
    while (this.#waiting.length > 0 && this.#sent - this.#taken < terminalWindow.input) {
      const part = this.#waiting.shift() as Uint8Array;
      this.#link.sendBytes(new Uint8Array(part));
      this.#sent += part.length;
    }
  }
}
