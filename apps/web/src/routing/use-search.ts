"use client";
import { usePathname, useSearchParams } from "next/navigation";
import { useLayoutEffect, useRef, useState } from "react";
import { go } from "./go.tsx";

/**
 * One value of the address's query, empty when it is not there; setting it keeps the place in the history. What was set is
 * given back at once: the address follows when there is time, and a field that waited for it would lose what is typed meanwhile.
 */
export function useSearch(name: string): [string, (value: string) => void] {
  const path = usePathname();
  const inAddress = useSearchParams().get(name) ?? "";
  const [value, show] = useState(inAddress);
  const underWay = useRef<string[]>([]);
  useLayoutEffect(() => {
    const at = underWay.current.indexOf(inAddress);
    underWay.current = underWay.current.slice(at + 1);
    if (at >= 0) return;
    underWay.current = [];
    show(inAddress);
  }, [inAddress]);
  const set = (wanted: string): void => {
    underWay.current = wanted === inAddress ? [] : [...underWay.current, wanted];
    show(wanted);
    const next = new URLSearchParams(window.location.search);
    if (wanted === "") next.delete(name);
    else next.set(name, wanted);
    const query = next.toString();
    go(query === "" ? path : `${path}?${query}`, { replace: true });
  };
  return [value, set];
}
