"use client";
import { useEffect, useRef } from "react";
import { go } from "../routing/go.tsx";
import { useNav } from "./use-nav.ts";

const sequenceMs = 1200;

/** Keys that work everywhere but where text is written: Ctrl+K, `?`, `/`, `c`, and `g` with a letter. */
export function useShortcuts({ onPalette, onHelp }: { onPalette(): void; onHelp(): void }): void {
  const groups = useNav();
  const latest = useRef({ onPalette, onHelp, groups });
  latest.current = { onPalette, onHelp, groups };
  useEffect(() => {
    let sinceG = Number.NEGATIVE_INFINITY;
    const onKey = (event: KeyboardEvent): void => {
      const { onPalette, onHelp, groups } = latest.current;
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        onPalette();
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) return;
      const isSecond = event.timeStamp - sinceG < sequenceMs;
      sinceG = Number.NEGATIVE_INFINITY;
      const target = isSecond ? groups.flat().find((item) => item.key === event.key) : undefined;
      if (target !== undefined) go(target.href);
      else if (event.key === "g") sinceG = event.timeStamp;
      else if (event.key === "?") onHelp();
      else if (event.key === "c") go("/pods/new");
      else if (event.key === "/") focusFilter(event);
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
}

function isWriting(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.closest("input, textarea, select, [role=dialog]") !== null);
}

function focusFilter(event: KeyboardEvent): void {
  const filter = document.querySelector<HTMLInputElement>("input[type=search]");
  if (filter === null) return;
  event.preventDefault();
  filter.focus();
}
