"use client";
import { usePathname, useSearchParams } from "next/navigation";
import { go } from "./go.tsx";

/** One value of the address's query, empty when it is not there; setting it keeps the place in the history. */
export function useSearch(name: string): [string, (value: string) => void] {
  const path = usePathname();
  const search = useSearchParams();
  const set = (value: string): void => {
    const next = new URLSearchParams(window.location.search);
    if (value === "") next.delete(name);
    else next.set(name, value);
    const query = next.toString();
    go(query === "" ? path : `${path}?${query}`, { replace: true });
  };
  return [search.get(name) ?? "", set];
}
