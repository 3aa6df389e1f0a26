import type { TerminalSize } from "@agentpod/core/api/terminal-view";
import { FitAddon } from "@xterm/addon-fit";
import { Unicode11Addon } from "@xterm/addon-unicode11";
import { WebLinksAddon } from "@xterm/addon-web-links";
import { type ITheme, Terminal } from "@xterm/xterm";
import "@xterm/xterm/css/xterm.css";

/** An xterm in an element of the page, in the page's colours. */
export interface XtermScreen {
  readonly terminal: Terminal;
  /** The size that fills the element. */
  fitting(): TerminalSize;
  dispose(): void;
}

export function xtermScreen(element: HTMLElement, leave: () => void): XtermScreen {
  const terminal = new Terminal({
    allowProposedApi: true,
    scrollback: 5000,
    cursorBlink: true,
    fontSize: 13,
    fontFamily: getComputedStyle(element).fontFamily,
    // Whatever colours a program chooses can be read on black and on white.
    minimumContrastRatio: 4.5,
    theme: pageTheme(),
  });
  const fit = new FitAddon();
  terminal.loadAddon(fit);
  terminal.loadAddon(new WebLinksAddon());
  terminal.loadAddon(new Unicode11Addon());
  terminal.unicode.activeVersion = "11";
  leaveAnswersToTheHost(terminal);
  terminal.attachCustomKeyEventHandler((event) => handleKey(terminal, event, leave));
  terminal.open(element);
  const themes = new MutationObserver(() => {
    terminal.options.theme = pageTheme();
  });
  themes.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  return {
    terminal,
    fitting: () => {
      const { cols, rows } = fit.proposeDimensions() ?? { cols: 80, rows: 24 };
      return { cols: Math.min(1000, Math.max(2, cols || 80)), rows: Math.min(1000, Math.max(1, rows || 24)) };
    },
    dispose() {
      themes.disconnect();
      terminal.dispose();
    },
  };
}

function pageTheme(): ITheme {
  const style = getComputedStyle(document.documentElement);
  const color = (name: string, otherwise: string) => style.getPropertyValue(name).trim() || otherwise;
  const ink = color("--ink", "#ededed");
  const canvas = color("--canvas", "#0a0a0a");
  return { background: canvas, foreground: ink, cursor: ink, cursorAccent: canvas, selectionBackground: color("--line-strong", "#3a3a3a") };
}

/** A program's questions are answered once, by the terminal host, however many look on. */
function leaveAnswersToTheHost({ parser }: Terminal): void {
  const swallow = () => true;
  for (const final of ["c", "n"]) {
    parser.registerCsiHandler({ final }, swallow);
    parser.registerCsiHandler({ prefix: "?", final }, swallow);
    parser.registerCsiHandler({ prefix: ">", final }, swallow);
  }
  parser.registerCsiHandler({ prefix: ">", final: "q" }, swallow);
  parser.registerCsiHandler({ intermediates: "$", final: "p" }, swallow);
  parser.registerCsiHandler({ prefix: "?", intermediates: "$", final: "p" }, swallow);
  parser.registerDcsHandler({ intermediates: "$", final: "q" }, swallow);
  for (const color of [4, 10, 11, 12]) parser.registerOscHandler(color, (data) => data.includes("?"));
}

/** False for keys that are the page's. */
function handleKey(terminal: Terminal, event: KeyboardEvent, leave: () => void): boolean {
  if (event.type !== "keydown") return true;
  if (event.shiftKey && event.key === "Escape") {
    event.preventDefault();
    leave();
    return false;
  }
  const isCopy = event.code === "KeyC" && event.ctrlKey && event.shiftKey;
  if (isCopy && terminal.hasSelection()) {
    event.preventDefault();
    void navigator.clipboard.writeText(terminal.getSelection());
    return false;
  }
  // The browser's own paste event follows.
  return !(isCopy || (event.code === "KeyV" && event.ctrlKey && event.shiftKey));
}
