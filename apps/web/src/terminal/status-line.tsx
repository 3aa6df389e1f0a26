"use client";
import type { TerminalEnd } from "@agentpod/core/api/terminal-view";
import { useEffect, useState } from "react";
import { Button } from "../ui/button.tsx";
import type { LinkState } from "./terminal-link.ts";
import { fill, type TerminalMessages } from "./terminal-messages.ts";

interface StatusLineProps {
  messages: TerminalMessages;
  /** Null before there is a terminal. */
  state: LinkState | null;
  end: TerminalEnd | null;
  /** A sentence of the server's. */
  error: string | null;
  retryNow(): void;
}

/** Says how it stands, also to screen readers; counts down to the next try. */
export function StatusLine({ messages, state, end, error, retryNow }: StatusLineProps) {
  const seconds = useSecondsUntil(state?.kind === "lost" ? state.retryAt : null);
  const isCalm = error === null && end === null && state?.kind === "open";
  return (
    <div className={`flex items-center gap-2 border-t px-2 py-1 text-[13px] ${isCalm ? "text-soft" : "font-medium"}`}>
      <output aria-live="polite">{error ?? sentence(messages, state, end, seconds)}</output>
      {state?.kind === "lost" && end === null && (
        <Button small onClick={retryNow}>
          {messages.retryNow}
        </Button>
      )}
    </div>
  );
}

function sentence(messages: TerminalMessages, state: LinkState | null, end: TerminalEnd | null, seconds: number): string {
  if (end !== null) return fill(messages.ended[end.reason], { code: end.exitCode });
  switch (state?.kind) {
    case undefined:
      return messages.loading;
    case "connecting":
      return messages.connecting;
    case "open":
      return messages.connected;
    case "lost":
      return fill(messages.lost, { seconds });
    case "signed-out":
      return messages.signedOut;
    case "gone":
      return messages.gone;
  }
}

function useSecondsUntil(time: number | null): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (time === null) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [time]);
  return time === null ? 0 : Math.max(0, Math.ceil((time - now) / 1000));
}
