/**
 * What is typed, without what a local terminal answers by itself to questions in the output: the terminal host has answered
 * them already. `ESC [ 1 ; 2 R` up to 16 is a function key with Shift and the like, and stays.
 */
export function withoutReplies(typed: Buffer): Buffer {
  if (!typed.includes(0x1b)) return typed;
  return Buffer.from(typed.toString("latin1").replace(reply, ""), "latin1");
}

const esc = "\x1b";
const replies = [
  // Cursor's place, identity, all is well.
  `${esc}\\[(?!1;(?:[2-9]|1[0-6])R)\\d+;\\d+R`,
  `${esc}\\[[?>=][\\d;]*c`,
  `${esc}\\[0n`,
  // Modes and settings.
  `${esc}\\[\\??[\\d;]+\\$y`,
  `${esc}P[^${esc}]*${esc}\\\\`,
  // Colours.
  `${esc}\\]\\d+;(?:\\d+;)?rgb:[0-9a-f/]*(?:\x07|${esc}\\\\)`,
];
const reply = new RegExp(replies.join("|"), "gi");
