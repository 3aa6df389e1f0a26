import { describe, expect, it } from "vitest";
import { withoutReplies } from "../src/without-replies.ts";

const kept = (text: string) => withoutReplies(Buffer.from(text, "latin1")).toString("latin1");

describe("F3 what a local terminal answers by itself is not typed", () => {
  it.each([
    ["the cursor's place", "\x1b[12;40R"],
    ["the cursor's place in the first row", "\x1b[1;40R"],
    ["who it is", "\x1b[?62;1;4c\x1b[>0;276;0c"],
    ["that all is well", "\x1b[0n"],
    ["a mode", "\x1b[?2026;2$y"],
    ["a setting", "\x1bP1$r0m\x1b\\"],
    ["a colour", "\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\\x1b]10;rgb:ffff/ffff/ffff\x07"],
  ])("%s", (_what, reply) => {
    expect(kept(`a${reply}b`)).toBe("ab");
  });

  it("keeps keys, pastes and bytes of any kind", () => {
    const keys = "ls\r\x1b[A\x1b[1;5C\x1bOP\x1b[1;2R\x1b[15~\x1b[200~paste\x1b[201~\x1b[<0;3;4M\x1b\x00\xff\xe4\xbd\xa0";
    expect(kept(keys)).toBe(keys);
  });
});
