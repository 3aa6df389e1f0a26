import type { TerminalSize } from "@agentpod/core/api/terminal-view";
import { SerializeAddon } from "@xterm/addon-serialize";
import { Unicode11Addon } from "@xterm/addon-unicode11";
import xterm from "@xterm/headless";
import { SafeCut } from "./safe-cut.ts";

/** Lines above the screen, and cells in all: what one terminal may cost (12 bytes a cell). */
const longestScrollback = 2000;
const mostCells = 250_000;
const longestSnapshot = 2 * 1024 * 1024;
const longestTitle = 200;
/** Marks that pile up on one letter; scripts of the world need fewer. */
const mostMarks = 8;

/** What is needed beyond the serializing add-on and has no public name; the version is pinned. */
interface Inner {
  _core: {
    buffer: { scrollTop: number; scrollBottom: number; x: number; y: number; ybase: number; savedX: number; savedY: number };
    coreService: { isCursorHidden: boolean };
    coreMouseService: { activeEncoding: string };
  };
}
const mouseEncodings: Record<string, string> = { SGR: "\x1b[?1006h", SGR_PIXELS: "\x1b[?1016h" };

/** The screen of a terminal without a display, so that whoever comes later sees what those before saw. */
export class Screen {
  readonly #terminal: xterm.Terminal;
  readonly #serialize = new SerializeAddon();
  readonly #cut = new SafeCut();
  #title = "";

  /** `reply` gets what the terminal answers to its program's questions; `retitle` the title, whenever it changes. */
  constructor(size: TerminalSize, reply: (data: string) => void, retitle: (title: string) => void) {
    this.#terminal = new xterm.Terminal({ ...size, scrollback: scrollbackAt(size), allowProposedApi: true, logLevel: "off" });
    this.#terminal.loadAddon(this.#serialize as never);
    useUnicode11(this.#terminal);
    // Links would be kept with up to their whole length for each letter; a snapshot has none.
    this.#terminal.parser.registerOscHandler(8, () => true);
    this.#terminal.onData(reply);
    this.#terminal.onTitleChange((title) => {
      this.#title = title.slice(0, longestTitle);
      retitle(this.#title);
    });
  }

  get size(): TerminalSize {
    return { cols: this.#terminal.cols, rows: this.#terminal.rows };
  }

  get title(): string {
    return this.#title;
  }

  /** Resolves, once it is on the screen, with what views shall be sent. */
  async write(chunk: Uint8Array): Promise<Uint8Array> {
    const tame = this.#cut.pass(chunk);
    await new Promise<void>((resolve) => this.#terminal.write(tame, resolve));
    return tame;
  }

  resize(size: TerminalSize): void {
    this.#terminal.options.scrollback = scrollbackAt(size);
    this.#terminal.resize(size.cols, size.rows);
  }

  /** Output that makes a reset terminal of this size look and behave the same. Not while a write is under way. */
  snapshot(): Buffer {
    for (let scrollback = longestScrollback; ; scrollback = Math.floor(scrollback / 4)) {
      const text = this.#serialize.serialize({ scrollback }) + this.#rest();
      const bytes = Buffer.concat([Buffer.from(text), this.#cut.pending]);
      if (bytes.length <= longestSnapshot || scrollback === 0) return bytes;
    }
  }

  dispose(): void {
    this.#terminal.dispose();
  }

  /** What the add-on leaves out: scroll region, saved cursor, encoding of the mouse, a hidden cursor. */
  #rest(): string {
    const { buffer, coreService, coreMouseService } = (this.#terminal as unknown as Inner)._core;
    const { rows, cols, modes } = this.#terminal;
    const at = (row: number, column: number) => `\x1b[${row - (modes.originMode ? buffer.scrollTop : 0) + 1};${column + 1}H`;
    const isPartial = buffer.scrollTop !== 0 || buffer.scrollBottom !== rows - 1;
    const region = isPartial ? `\x1b[${buffer.scrollTop + 1};${buffer.scrollBottom + 1}r` : "";
    // A cursor past the last column cannot be put back there: then it is not moved for the saved one.
    const savedRow = buffer.savedY - buffer.ybase;
    const isSaved = (buffer.savedX !== 0 || savedRow > 0) && savedRow >= 0 && buffer.x < cols;
    const saved = isSaved ? `${at(savedRow, buffer.savedX)}\x1b7` : "";
    const cursor = isPartial || modes.originMode || isSaved ? at(buffer.y, buffer.x) : "";
    const hidden = coreService.isCursorHidden ? "\x1b[?25l" : "";
    return region + saved + cursor + (mouseEncodings[coreMouseService.activeEncoding] ?? "") + hidden;
  }
}

function scrollbackAt({ cols }: TerminalSize): number {
  return Math.min(longestScrollback, Math.floor(mostCells / cols));
}

/** Widths as in Unicode 11, as views have them; and no letter with thousands of marks, which would take memory without end. */
function useUnicode11(terminal: xterm.Terminal): void {
  let base: xterm.IUnicodeVersionProvider | undefined;
  new Unicode11Addon().activate({ unicode: { register: (provider: xterm.IUnicodeVersionProvider) => (base = provider) } } as never);
  const widths = base as unknown as xterm.IUnicodeVersionProvider;
  terminal.unicode.register({
    version: "11-bounded",
    wcwidth: (codepoint) => widths.wcwidth(codepoint),
    // Lowest bit: joins the letter before; two bits of width; above them room for a state of ours: how many have joined.
    charProperties(codepoint, preceding) {
      const properties = widths.charProperties(codepoint, preceding) & 7;
      if ((properties & 1) === 0) return properties;
      const marks = (preceding >> 3) + 1;
      return marks > mostMarks ? 1 << 1 : properties | (marks << 3);
    },
  });
  terminal.unicode.activeVersion = "11-bounded";
}
