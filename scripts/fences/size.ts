import type { Fence } from "./fence.ts";
import { isCode } from "./fence.ts";

const most = 400;

/** One file, one idea: none over 400 lines. */
export const size: Fence = ({ path, text }) => {
  const lines = text.split("\n").length - 1;
  return isCode(path) && lines > most ? [{ path, line: null, message: `${lines} lines; split it by idea, at most ${most}` }] : [];
};
