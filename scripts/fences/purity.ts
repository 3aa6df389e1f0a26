import { type Fence, linesMatching } from "./fence.ts";

const impure =
  /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bcrypto\.|\bset(Timeout|Interval|Immediate)\(|\bfetch\(|\bprocess\.|\bconsole\.|\bperformance\./;

/** Core has no clock, no randomness and no I/O: they are arguments. */
export const purity: Fence = (file) =>
  file.path.startsWith("packages/core/src/")
    ? linesMatching(file, impure, "core has no clock, randomness or I/O; take it as an argument")
    : [];
