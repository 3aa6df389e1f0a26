import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { flushFrame, pktLine, sideband, takeFrames } from "../src/git-remote/pkt-line.ts";
import { firstBranch, readPushHead } from "../src/git-remote/push-commands.ts";
import { isTaken, refusedReport, withRefused } from "../src/git-remote/push-report.ts";

const [a, b] = ["a".repeat(40), "b".repeat(40)];
const none = "0".repeat(40);

/** The same bytes in pieces of some size. */
async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
const headOf = (bytes: Buffer, size = bytes.length) => readPushHead(inPieces(bytes, Math.max(1, size)));
const lines = (report: Buffer) => takeFrames(report).frames.map((frame) => frame?.toString() ?? null);

describe("C3 frames of git", () => {
  it("are taken apart as they were put together, wherever they are cut", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 })), fc.nat(400), (parts, cut) => {
        const all = Buffer.concat([...parts.map((part) => pktLine(part)), flushFrame]);
        const first = takeFrames(all.subarray(0, cut));
        const second = takeFrames(Buffer.concat([first.rest, all.subarray(cut)]));
        expect([...first.frames, ...second.frames]).toEqual([...parts.map((part) => Buffer.from(part)), null]);
      }),
    );
    expect(takeFrames(sideband(2, "x".repeat(100_000))).frames.map((frame) => frame?.length)).toEqual([65_516, 34_486]);
  });

  it("of a push say what is to become of which ref, in whatever pieces they come; the pack is left where it is", async () => {
    const head = Buffer.concat([
      pktLine(`shallow ${b}\n`),
      pktLine(`${none} ${a} refs/heads/dev\0 report-status side-band-64k agent=git/2.39`),
      pktLine(`${a} ${none} refs/tags/v 1`),
      flushFrame,
      Buffer.from("PACK…"),
    ]);
    for (const size of [1, 3, 64, head.length]) {
      const { commands, capabilities, bytes } = await headOf(head, size);
      expect(commands).toEqual([
        { old: none, new: a, ref: "refs/heads/dev" },
        { old: a, new: none, ref: "refs/tags/v 1" },
      ]);
      expect([...capabilities]).toEqual(["report-status", "side-band-64k", "agent=git/2.39"]);
      expect(head.subarray(0, bytes.length).equals(bytes)).toBe(true);
    }
  });

  it("that are none are refused, whatever they hold", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.integer({ min: 1, max: 50 }), async (bytes, size) => {
        const found = await headOf(Buffer.from(bytes), size).then(
          ({ commands }) => commands,
          (error: { code: string }) => error.code,
        );
        expect(found === "invalid" || (Array.isArray(found) && found.length === 0)).toBe(true);
      }),
    );
    const endless = Buffer.concat(Array.from({ length: 20_000 }, () => pktLine(`${none} ${a} refs/heads/x`)));
    await expect(headOf(endless, 65_536)).rejects.toMatchObject({ code: "invalid" });
  });

  it.each([
    [["refs/heads/dev", "refs/heads/main"], "main"],
    [["refs/heads/dev", "refs/heads/master"], "master"],
    [["refs/tags/v1", "refs/heads/a/b"], "a/b"],
    [["refs/tags/v1", "refs/notes/x"], null],
  ])("of a first push of %j the branch is %j", (refs, branch) => {
    expect(firstBranch(refs.map((ref) => ({ old: none, new: a, ref })))).toBe(branch);
    expect(firstBranch(refs.map((ref) => ({ old: a, new: none, ref })))).toBeNull();
  });
});

describe("C3 reports of a push", () => {
  const parts = ["unpack ok\n", "ok refs/heads/main\n", "option old-oid x\n", "ok refs/tags/v1\n", "option new-oid y\n"];
  const report = Buffer.concat([...parts.map((part) => pktLine(part)), flushFrame]);

  it("are changed where what git took cannot be deployed, and nowhere else", () => {
    expect([isTaken(report, "refs/heads/main"), isTaken(report, "refs/heads/mai")]).toEqual([true, false]);
    const changed = withRefused(report, "refs/heads/main", "a\nreason\u001b[31m");
    expect(lines(changed)).toEqual(["unpack ok\n", "ng refs/heads/main a reason [31m\n", "ok refs/tags/v1\n", "option new-oid y\n", null]);
    expect(isTaken(changed, "refs/heads/main")).toBe(false);
  });

  it("refuse everything for one reason", () => {
    expect(lines(refusedReport([{ old: none, new: a, ref: "refs/tags/v1" }], "no"))).toEqual(["unpack ok\n", "ng refs/tags/v1 no\n", null]);
  });
});
