import { type Showing, ViewProtocol } from "@agentpod/client/view-protocol";
import type { TerminalSize } from "@agentpod/core/api/terminal-view";

/** How it stands with the connection. `lost` says when the next try is, as a time. */
export type LinkState =
  | { kind: "connecting" }
  | { kind: "open" }
  | { kind: "lost"; retryAt: number }
  | { kind: "signed-out" }
  | { kind: "gone" };

export interface LinkOptions {
  /** `wss://…/attach`. */
  url: string;
  size: TerminalSize;
  showing: Showing;
  /** After a refused try: whether the terminal is still there for us. The browser does not tell why it was refused. */
  look(): Promise<"there" | "gone" | "signed-out">;
  onState(state: LinkState): void;
}

const firstRetryMs = 300;
const longestRetryMs = 10_000;

/** A view of a terminal that makes its connection again whenever it breaks. What is typed while it is broken goes nowhere. */
export class TerminalLink {
  readonly #options: LinkOptions;
  #size: TerminalSize;
  #socket: WebSocket | null = null;
  #protocol: ViewProtocol | null = null;
  #retryMs = firstRetryMs;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isOver = false;
  readonly #retry = (): void => this.retryNow();
  readonly #drop = (): void => this.#socket?.close();

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#size = options.size;
    addEventListener("online", this.#retry);
    addEventListener("offline", this.#drop);
    this.#connect();
  }

  input(bytes: Uint8Array): void {
    this.#protocol?.input(bytes);
  }

  /** Tells the size of the window; the same again has no effect. */
  resize(size: TerminalSize): void {
    if (size.cols === this.#size.cols && size.rows === this.#size.rows) return;
    this.#size = size;
    this.#protocol?.resize(size);
  }

  /** Does not wait for the next try; no effect while connected. */
  retryNow(): void {
    if (this.#isOver || this.#socket !== null) return;
    clearTimeout(this.#timer);
    this.#connect();
  }

  leave(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    removeEventListener("online", this.#retry);
    removeEventListener("offline", this.#drop);
    this.#socket?.close(1000);
  }

  #connect(): void {
    this.#options.onState({ kind: "connecting" });
    const socket = new WebSocket(this.#options.url);
    socket.binaryType = "arraybuffer";
    this.#socket = socket;
    let wasOpen = false;
    socket.onopen = () => {
      wasOpen = true;
      this.#retryMs = firstRetryMs;
      const isOpen = () => socket.readyState === WebSocket.OPEN;
      const link = {
        sendBytes: (bytes: Uint8Array<ArrayBuffer>) => isOpen() && socket.send(bytes),
        sendText: (text: string) => isOpen() && socket.send(text),
      };
      this.#protocol = new ViewProtocol(link, this.#options.showing, this.#size);
      this.#options.onState({ kind: "open" });
    };
    socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
      if (typeof data === "string") this.#protocol?.receiveText(data);
      else this.#protocol?.receiveBytes(new Uint8Array(data));
    };
    socket.onclose = ({ code }) => {
      this.#socket = null;
      this.#protocol = null;
      if (this.#isOver) return;
      if (code === 4401) this.#stop({ kind: "signed-out" });
      else if (code === 4404) this.#stop({ kind: "gone" });
      else void this.#retryLater(wasOpen);
    };
  }

  async #retryLater(wasOpen: boolean): Promise<void> {
    const retryMs = this.#retryMs;
    this.#retryMs = Math.min(longestRetryMs, retryMs * 2);
    this.#options.onState({ kind: "lost", retryAt: Date.now() + retryMs });
    const found = wasOpen ? "there" : await this.#options.look().catch(() => "there" as const);
    if (this.#isOver) return;
    if (found !== "there") this.#stop({ kind: found });
    // Many pages whose server comes back shall not come all at once.
    else this.#timer = setTimeout(() => this.#connect(), retryMs * (0.75 + Math.random() / 2));
  }

  #stop(state: LinkState): void {
    this.#isOver = true;
    this.#options.onState(state);
  }
}
