import { kernelText } from "./kernel-text.ts";

/** Bytes over all interfaces but loopback, from a file such as `/proc/net/dev`; null where it cannot be read. */
export function networkCounters(path: string): { in: number; out: number } | null {
  const text = kernelText(path);
  if (text === null) return null;
  const sums = { in: 0, out: 0 };
  for (const line of text.split("\n")) {
    const [, name, rest] = /^\s*([^:\s]+):\s*(.*)$/.exec(line) ?? [];
    if (name === undefined || rest === undefined || name === "lo") continue;
    const fields = rest.trim().split(/\s+/).map(Number);
    sums.in += fields[0] ?? 0;
    sums.out += fields[8] ?? 0;
  }
  return sums;
}
