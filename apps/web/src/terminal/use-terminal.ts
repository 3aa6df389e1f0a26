"use client";
import type { TerminalEnd, TerminalView } from "@agentpod/core/api/terminal-view";
import { toAppError } from "@agentpod/core/errors";
import { type RefObject, useEffect, useRef, useState } from "react";
import { api } from "../api/client.ts";
import { type LinkState, TerminalLink } from "./terminal-link.ts";
import type { XtermScreen } from "./xterm-screen.ts";

export interface UsedTerminal {
  state: LinkState;
  end: TerminalEnd | null;
  title: string;
  retryNow(): void;
  copy(): void;
  paste(): Promise<void>;
  setScreenReader(isOn: boolean): void;
  focus(): void;
}

/** Shows a terminal of a pod in the element, for as long as both stay. */
export function useTerminal(
  element: RefObject<HTMLElement | null>,
  { tenant, pod, id, leave }: { tenant: string; pod: string; id: string | null; leave(): void },
): UsedTerminal {
  const [state, setState] = useState<LinkState>({ kind: "connecting" });
  const [end, setEnd] = useState<TerminalEnd | null>(null);
  const [title, setTitle] = useState("");
  const shown = useRef<{ screen: XtermScreen; link: TerminalLink } | null>(null);
  const leaveNow = useRef(leave);
  leaveNow.current = leave;

  useEffect(() => {
    const parent = element.current;
    if (id === null || parent === null) return;
    setEnd(null);
    setTitle("");
    let close: (() => void) | null = null;
    let isOver = false;
    // Loaded when a terminal is looked at: no other page needs it.
    void import("./xterm-screen.ts").then(({ xtermScreen }) => {
      if (isOver) return;
      const screen = xtermScreen(parent, () => leaveNow.current());
      const link = linkTo({ tenant, pod, id }, screen, { setState, setEnd, setTitle });
      shown.current = { screen, link };
      const resized = new ResizeObserver(() => requestAnimationFrame(() => !isOver && link.resize(screen.fitting())));
      resized.observe(parent);
      screen.terminal.focus();
      close = () => {
        resized.disconnect();
        link.leave();
        screen.dispose();
        shown.current = null;
      };
    });
    return () => {
      isOver = true;
      close?.();
    };
  }, [element, tenant, pod, id]);

  return {
    state,
    end,
    title,
    retryNow: () => shown.current?.link.retryNow(),
    copy: () => void navigator.clipboard.writeText(shown.current?.screen.terminal.getSelection() ?? ""),
    async paste() {
      shown.current?.screen.terminal.paste(await navigator.clipboard.readText());
      shown.current?.screen.terminal.focus();
    },
    setScreenReader(isOn) {
      if (shown.current) shown.current.screen.terminal.options.screenReaderMode = isOn;
    },
    focus: () => shown.current?.screen.terminal.focus(),
  };
}

interface Tell {
  setState(state: LinkState): void;
  setEnd(end: TerminalEnd): void;
  setTitle(title: string): void;
}

function linkTo(target: { tenant: string; pod: string; id: string }, screen: XtermScreen, tell: Tell): TerminalLink {
  const { terminal } = screen;
  const url = new URL(api.terminals.attachUrl(target.tenant, target.pod, target.id));
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  const link = new TerminalLink({
    url: url.href,
    size: screen.fitting(),
    onState: tell.setState,
    look: () => lookFor(target),
    showing: {
      output: (bytes, done) => terminal.write(bytes, done),
      // Through the queue: what was sent before belongs to the screen before.
      snapshot: (size, title) => {
        terminal.write("", () => {
          terminal.reset();
          terminal.resize(size.cols, size.rows);
        });
        tell.setTitle(title);
      },
      size: (size) => terminal.write("", () => terminal.resize(size.cols, size.rows)),
      title: tell.setTitle,
      end: tell.setEnd,
    },
  });
  const encoder = new TextEncoder();
  terminal.onData((data) => link.input(encoder.encode(data)));
  terminal.onBinary((data) => link.input(Uint8Array.from(data, (char) => char.charCodeAt(0))));
  return link;
}

async function lookFor({ tenant, pod, id }: { tenant: string; pod: string; id: string }): Promise<"there" | "gone" | "signed-out"> {
  try {
    const terminals: TerminalView[] = await api.terminals.list(tenant, pod);
    return terminals.some((one) => one.id === id) ? "there" : "gone";
  } catch (error) {
    const { code } = toAppError(error);
    return code === "unauthenticated" || code === "forbidden" ? "signed-out" : code === "not_found" ? "gone" : "there";
  }
}
