"use client";
import type { TerminalView as OpenTerminal } from "@agentpod/core/api/terminal-view";
import { toAppError } from "@agentpod/core/errors";
import { useCallback, useEffect, useId, useRef, useState } from "react";
import { api } from "../api/client.ts";
import { useSaid } from "../i18n/said.ts";
import { Button } from "../ui/button.tsx";
import { StatusLine } from "./status-line.tsx";
import { fill, type TerminalMessages, terminalMessages } from "./terminal-messages.ts";
import { useTerminal } from "./use-terminal.ts";

export interface TerminalViewProps {
  tenant: string;
  pod: string;
  unit: string;
  /** In the page's language: `terminalMessages.en`, `.zh`. */
  messages?: TerminalMessages;
}

/**
 * The terminals of a unit: shows the newest that is open, or opens one. Leaving the page leaves them open. Fills its parent's
 * height, which must be given.
 */
export function TerminalView({ tenant, pod, unit, messages = terminalMessages.en }: TerminalViewProps) {
  const said = useSaid();
  const [terminals, setTerminals] = useState<OpenTerminal[]>([]);
  const [id, setId] = useState<string | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [isReadOut, setReadOut] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const element = useRef<HTMLDivElement>(null);
  const toolbar = useRef<HTMLDivElement>(null);
  const hintId = useId();
  const used = useTerminal(element, {
    tenant,
    pod,
    id,
    leave: () => toolbar.current?.querySelector<HTMLElement>("select,button")?.focus(),
  });

  const attempt = useCallback(async (work: () => Promise<void>) => {
    setError(null);
    setBusy(true);
    await work().catch((thrown: unknown) => setError(toAppError(thrown).message));
    setBusy(false);
  }, []);
  const show = useCallback(
    async (chosen: (ofUnit: OpenTerminal[]) => Promise<OpenTerminal | undefined>) => {
      const ofUnit = async () => (await api.terminals.list(tenant, pod)).filter((one) => one.unit === unit && one.end === null);
      const found = await chosen(await ofUnit());
      setTerminals(await ofUnit());
      setId(found?.id ?? null);
    },
    [tenant, pod, unit],
  );
  const open = useCallback(() => api.terminals.open(tenant, pod, { unit }), [tenant, pod, unit]);
  // A strict page runs effects twice: one question must not open two terminals.
  const asked = useRef<string | null>(null);
  useEffect(() => {
    const key = `${tenant}/${pod}/${unit}`;
    if (asked.current === key) return;
    asked.current = key;
    void attempt(() => show(async (ofUnit) => ofUnit.at(-1) ?? open()));
  }, [attempt, show, open, tenant, pod, unit]);

  const close = async () => {
    if (id === null) return;
    await api.terminals.close(tenant, pod, id);
    await show(async (ofUnit) => ofUnit.at(-1));
  };
  return (
    <section
      aria-label={messages.label}
      aria-describedby={hintId}
      className="flex h-full min-h-64 flex-col overflow-hidden rounded-md border"
    >
      <div ref={toolbar} role="toolbar" aria-label={messages.label} className="flex flex-wrap items-center gap-1 border-b p-1">
        {terminals.length > 0 && (
          <select
            aria-label={messages.choose}
            className="h-7 rounded-md border bg-raised px-1 text-[13px]"
            value={id ?? ""}
            onChange={(event) => setId(event.target.value)}
          >
            {terminals.map((one, index) => (
              <option key={one.id} value={one.id}>
                {fill(messages.number, { number: index + 1 })}
              </option>
            ))}
          </select>
        )}
        {/* Pressed again while one is being opened, it would open another. */}
        <Button small look="quiet" isBusy={isBusy} onClick={() => void attempt(() => show(open))}>
          {messages.open}
        </Button>
        <Button small look="quiet" disabled={id === null || isBusy} onClick={() => void attempt(close)}>
          {messages.close}
        </Button>
        <Button small look="quiet" onClick={used.copy}>
          {messages.copy}
        </Button>
        <Button small look="quiet" disabled={isBusy} onClick={() => void attempt(used.paste)}>
          {messages.paste}
        </Button>
        <Button
          small
          look="quiet"
          aria-pressed={isReadOut}
          onClick={() => {
            setReadOut(!isReadOut);
            used.setScreenReader(!isReadOut);
          }}
        >
          {messages.screenReader}
        </Button>
        <span className="ml-auto truncate px-2 text-[13px] text-soft">{used.title}</span>
      </div>
      <p id={hintId} className="sr-only">
        {messages.keyboardHint}
      </p>
      {/* A view with a smaller window than the one that sets the size looks at a part of it. */}
      <div className="min-h-0 grow overflow-auto bg-canvas p-2 font-mono">
        <div ref={element} className="h-full" />
      </div>
      <StatusLine
        messages={messages}
        state={id === null ? null : used.state}
        end={used.end}
        error={error === null ? null : said(error)}
        retryNow={used.retryNow}
      />
    </section>
  );
}
