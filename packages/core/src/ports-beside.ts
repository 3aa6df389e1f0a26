import type { PortSpec } from "./pod-spec.ts";

/** How far the ports lie from it that a program derives from a port, ascending. */
export function portsBeside({ beside = [] }: Pick<PortSpec, "beside">): number[] {
  const all = beside.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, index) => from + index));
  return [...new Set(all)].sort((a, b) => a - b);
}

/** What such a port is held under; `purpose` is that of the port itself. */
export const besidePurpose = (purpose: string, distance: number): string => `${purpose}+${distance}`;

/** The purpose of the port itself. */
export const portOfPurpose = (purpose: string): string => purpose.replace(/\+\d+$/, "");
