import { Unicode11Addon } from "@xterm/addon-unicode11";
import xterm from "@xterm/headless";
import { describe, expect, it } from "vitest";
import { Screen } from "../src/screen.ts";

const size = { cols: 40, rows: 10 };
const ignore = () => undefined;

/** What a view makes of output. */
async function shown(...output: Uint8Array[]): Promise<xterm.Terminal> {
  const terminal = new xterm.Terminal({ ...size, allowProposedApi: true });
  terminal.loadAddon(new Unicode11Addon() as never);
  terminal.unicode.activeVersion = "11";
  for (const bytes of output) await new Promise<void>((resolve) => terminal.write(bytes, resolve));
  return terminal;
}

/** Letters, looks and cursor; what decides how later output looks is seen by later output. */
function look(terminal: xterm.Terminal): string {
  const { active } = terminal.buffer;
  const rows = Array.from({ length: terminal.rows }, (_, y) =>
    Array.from({ length: terminal.cols }, (_, x) => {
      const cell = active.getLine(active.baseY + y)?.getCell(x);
      return `${cell?.getChars() || " "}${cell?.getFgColor()},${cell?.getBgColor()},${cell?.isBold()},${cell?.isInverse()}`;
    }).join("|"),
  );
  return [active.type, active.cursorX, active.cursorY, JSON.stringify(terminal.modes), ...rows].join("\n");
}

const plain =
  "one\r\n\x1b[1;31mred 你好\x1b[0m wide\r\n\x1b[38;2;9;8;7mtrue\x1b[48;5;17m both\x1b[m e\u0301 🚀 end\r\n\x1b]0;title 标题\x07$ ";
const editor =
  "before\r\n\x1b[?1049h\x1b[?1h\x1b=\x1b[?2004h\x1b[?1002h\x1b[?1006h\x1b[2;8r\x1b[H\x1b[7mstatus\x1b[m\x1b[8;1Hline\n\nscrolled in a region\x1b[3;5H\x1b[?25lX\x1b7\x1b[1;1H\x1b8Y";
const long = Array.from({ length: 30 }, (_, n) => `line ${n} \x1b[3${n % 8}m${"=".repeat(n)}\x1b[0m`).join("\r\n");

describe("F3 a snapshot goes on like what it was taken of", () => {
  for (const [name, text] of Object.entries({ plain, editor, long })) {
    it(`at every byte of the ${name} output`, async () => {
      const bytes = Buffer.from(text);
      const whole = look(await shown(bytes));
      const screen = new Screen(size, ignore, ignore);
      for (let at = 0; at <= bytes.length; at++) {
        if (at > 0) await screen.write(bytes.subarray(at - 1, at));
        const view = look(await shown(screen.snapshot(), bytes.subarray(at)));
        expect(view, `cut after ${at} bytes, before ${JSON.stringify(bytes.subarray(at, at + 12).toString("latin1"))}`).toBe(whole);
      }
      screen.dispose();
    });
  }

  it("keeps the cursor away, and the encoding of the mouse", async () => {
    const screen = new Screen(size, ignore, ignore);
    await screen.write(Buffer.from(editor));
    const text = screen.snapshot().toString();
    expect(text).toContain("\x1b[?25l");
    expect(text).toContain("\x1b[?1006h");
  });

  it("answers a program's questions, and tells the title", async () => {
    const told: string[] = [];
    const screen = new Screen(
      size,
      (reply) => told.push(reply),
      (title) => told.push(title),
    );
    await screen.write(Buffer.from("ab\x1b[6n\x1b]2;hello\x07\x1b[c"));
    expect(told).toEqual(["\x1b[1;3R", "hello", "\x1b[?1;2c"]);
    expect(screen.title).toBe("hello");
  });
});

describe("F3 hostile output costs little", () => {
  const heap = () => process.memoryUsage().heapUsed / 1e6;

  it("cancels a string without an end, and shows what follows", async () => {
    const screen = new Screen(size, ignore, ignore);
    let sent = (await screen.write(Buffer.from("\x1b]0;"))).length;
    for (let i = 0; i < 100; i++) sent += (await screen.write(Buffer.alloc(1000, 7 + 90))).length;
    await screen.write(Buffer.from("\x1b\\\x1b[2J\x1b[Hfine"));
    expect(sent).toBeGreaterThan(0);
    expect(screen.title).toBe("");
    expect(look(await shown(screen.snapshot())).includes("f")).toBe(true);
  });

  it("bounds marks on a letter, long lines, links and history", async () => {
    const before = heap();
    const screen = new Screen({ cols: 1000, rows: 50 }, ignore, ignore);
    const marks = Buffer.from(`a${"\u0301".repeat(20_000)}`);
    for (let i = 0; i < 50; i++) await screen.write(marks);
    const link = Buffer.from(`\x1b]8;;http://example.com/${"x".repeat(4000)}\x07l\x1b]8;;\x07`.repeat(20));
    for (let i = 0; i < 200; i++) await screen.write(link);
    const lines = Buffer.from(`${"\x1b[31mx".repeat(900)}\r\n`.repeat(20));
    for (let i = 0; i < 100; i++) await screen.write(lines);
    expect(screen.snapshot().length).toBeLessThan(3_000_000);
    expect(heap() - before).toBeLessThan(80);
    screen.dispose();
  });
});
