import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type HostProcess, hostProcess } from "./host-process.ts";
import { look } from "./looking.ts";
import type { Units } from "./units.ts";

const statusOf = (pid: number): string => readFileSync(`/proc/${pid}/status`, "utf8");
const ticking = ["sh", "-c", 'i=0; while :; do i=$((i+1)); printf "\\033[H\\033[2Jtick %s\\r\\nbelow\\r\\n" $i; sleep 0.05; done'];

/** What a terminal does, on real units of a runtime. */
export function terminalsOn(make: () => Promise<Units>): void {
  let units: Units;
  let host: HostProcess;
  beforeAll(async () => {
    [units, host] = await Promise.all([make(), hostProcess()]);
    await host.start();
    await host.tell(units.place);
  });
  afterAll(async () => {
    await host.close();
    await units.close();
  });

  /** Output of a program in the unit, beside any terminal. */
  const ask = async (unit: Awaited<ReturnType<Units["start"]>>, ...argv: string[]): Promise<string> => {
    const session = await units.runtime.exec(unit, { argv, tty: null, env: {}, workdir: null });
    session.stdin.end();
    session.stderr?.resume();
    let text = "";
    for await (const chunk of session.stdout) text += String(chunk);
    await session.exit;
    return text.trim();
  };
  const ticks = (screen: string) => Number(/tick (\d+)/.exec(screen)?.[1] ?? -1);

  describe("F3 a terminal stays while views come and go", () => {
    it("opens the unit's shell, shows screen and running program to whoever comes later", async () => {
      const unit = await units.start();
      const shell = await host.open(unit, null);
      const first = await look(host.socket, shell.id);
      await first.type("echo it is $((6 * 7)) in $0\r");
      await first.until(/it is 42 in \S*(bash|sh)/);
      const before = first.screen();
      await first.leave();
      const second = await look(host.socket, shell.id);
      await second.until(/it is 42/);
      expect(second.screen()).toBe(before);

      const clock = await host.open(unit, ticking);
      const watching = await look(host.socket, clock.id);
      await watching.until(/tick \d+\nbelow/);
      const seen = ticks(watching.screen());
      await watching.leave();
      const again = await look(host.socket, clock.id);
      await expect.poll(() => ticks(again.screen()), { timeout: 20_000 }).toBeGreaterThan(seen);
      expect((await host.list(unit)).map(({ id, viewers, end }) => [id, viewers, end])).toEqual([
        [shell.id, 1, null],
        [clock.id, 1, null],
      ]);
    });

    it("gives the program the size of the view that was last active, and every view the same", async () => {
      const unit = await units.start();
      const { id } = await host.open(unit, ["sh"]);
      const wide = await look(host.socket, id, { cols: 100, rows: 30 });
      await wide.type("stty size\r");
      await wide.until(/30 100/);
      const small = await look(host.socket, id, { cols: 40, rows: 10 });
      await small.until(/30 100/);
      // Looking alone changes nothing for the others.
      expect(small.size()).toEqual({ cols: 100, rows: 30 });
      small.resize({ cols: 50, rows: 12 });
      await expect.poll(wide.size).toEqual({ cols: 50, rows: 12 });
      await wide.type("stty size; echo both\r");
      await wide.until(/30 100\s+both/);
      await small.until(/30 100\s+both/);
      expect(small.size()).toEqual(wide.size());
      expect(small.screen()).toBe(wide.screen());
      await wide.leave();
      await small.type("stty size\r");
      await small.until(/12 50/);
    });

    it("keeps colours, wide letters, and letters that come in pieces", async () => {
      const unit = await units.start();
      const { id } = await host.open(unit, ["sh"]);
      const first = await look(host.socket, id);
      await first.type("printf '\\344\\275'; sleep 1; printf '\\240好 \\033[38;2;1;2;3mX\\033[38;5;200mY\\033[0m e\\314\\201\\n'\r");
      // In the middle of a letter.
      const second = await look(host.socket, id);
      for (const view of [first, second]) await view.until(/你好 XY e\u0301/);
      expect(second.screen()).toBe(first.screen());
      const third = await look(host.socket, id);
      await third.until(/你好 XY/);
      const { active } = third.terminal.buffer;
      const cells = Array.from({ length: 24 * 80 }, (_, at) => active.getLine(Math.floor(at / 80))?.getCell(at % 80));
      const [wide, red, pink] = ["你", "X", "Y"].map((letter) => cells.findLast((cell) => cell?.getChars() === letter));
      expect(wide?.getWidth()).toBe(2);
      expect([red?.isFgRGB(), red?.getFgColor()]).toEqual([true, 0x010203]);
      expect([pink?.isFgPalette(), pink?.getFgColor()]).toEqual([true, 200]);
    });

    it("takes a paste of 10 MB whole, and answers others meanwhile", async () => {
      const unit = await units.start();
      const { id } = await host.open(unit, ["sh", "-c", "stty -echo; echo ready; cat > /tmp/pasted; echo done"]);
      const view = await look(host.socket, id);
      await view.until(/ready/);
      const paste = Buffer.from(`${"0123456789 abcdefg 你好 ".repeat(8)}\n`.repeat(60_000)).subarray(0, 10 * 1024 * 1024);
      const whole = paste.subarray(0, paste.lastIndexOf(10) + 1);
      const rss = () => Number(/VmRSS:\s+(\d+)/.exec(statusOf(host.pid))?.[1]) / 1024;
      const atStart = rss();
      let most = 0;
      const pasted = view.type(whole).then(() => view.type("\u0004"));
      let hasEnded = false;
      void pasted.finally(() => {
        hasEnded = true;
      });
      while (!hasEnded) {
        await host.list(unit);
        most = Math.max(most, rss());
      }
      await pasted;
      await view.until(/done/);
      expect(await ask(unit, "sha256sum", "/tmp/pasted")).toContain(createHash("sha256").update(whole).digest("hex"));
      expect(most - atStart).toBeLessThan(40);
    });

    it("does not wait for a slow view, keeps little for it, and shows it the present in the end", async () => {
      const unit = await units.start();
      const { id } = await host.open(unit, ["sh"]);
      const [quick, slow] = [await look(host.socket, id), await look(host.socket, id)];
      for (const view of [quick, slow]) await view.until(/[$#]/);
      slow.stall(true);
      await quick.type("seq 1 600000; echo finished\r");
      await quick.until(/600000\s+finished/);
      expect(slow.received()).toBeLessThan(700_000);
      expect(slow.screen()).not.toContain("finished");
      slow.stall(false);
      await slow.until(/600000\s+finished/);
      expect(slow.screen()).toBe(quick.screen());
      expect(slow.received()).toBeLessThan(1_500_000);
    });
  });

  describe("F3 the end of a terminal", () => {
    it("tells the exit code, and shows the last screen to who comes later", async () => {
      const unit = await units.start();
      const { id } = await host.open(unit, ["sh", "-c", "echo last words; exit 3"]);
      const watch = host.watch();
      const told = () => watch.ended.find((one) => one.id === id)?.end;
      await expect.poll(told, { timeout: 20_000 }).toEqual({ reason: "exited", exitCode: 3 });
      const late = await look(host.socket, id);
      await late.until(/last words/);
      await expect.poll(late.end).toEqual({ reason: "exited", exitCode: 3 });
      await host.call("POST", `/noted/${id}`);
      watch.stop();
      const after = host.watch();
      const next = await host.open(unit, ["true"]);
      const ids = () => after.ended.map((one) => one.id);
      await expect.poll(ids, { timeout: 20_000 }).toContain(next.id);
      expect(ids()).not.toContain(id);
      after.stop();
      await host.call("POST", `/noted/${next.id}`);
    });

    it("closes with everything that was started in it", async () => {
      const unit = await units.start();
      const { id } = await host.open(unit, ["sh"]);
      const view = await look(host.socket, id);
      await view.type("(trap '' HUP; exec sleep 4242) & sleep 4243\r");
      await expect.poll(() => ask(unit, ...sleepers), { timeout: 20_000 }).toBe("4242 4243");
      await host.call("DELETE", `/terminals/${id}`);
      expect(await ask(unit, ...sleepers)).toBe("");
      await expect.poll(view.end).toEqual({ reason: "closed", exitCode: null });
      await expect(host.call("DELETE", `/terminals/${id}`)).rejects.toMatchObject({ code: "not_found" });
    });

    it("says so when the unit's run has ended", async () => {
      const unit = await units.start();
      const { id } = await host.open(unit, ticking);
      const view = await look(host.socket, id);
      await view.until(/tick/);
      await units.kill(unit);
      await expect.poll(view.end, { timeout: 20_000 }).toEqual({ reason: "run_ended", exitCode: null });
      await expect(host.open(unit, null)).rejects.toMatchObject({ code: "conflict" });
    });

    it("a killed host costs its terminals; the next ends their programs and tells", async () => {
      const unit = await units.start();
      const { id } = await host.open(unit, ["sh", "-c", "trap '' HUP; sleep 4244 & exec sleep 4245"]);
      await expect.poll(() => ask(unit, ...sleepers), { timeout: 20_000 }).toBe("4244 4245");
      await host.kill("SIGKILL");
      await host.start();
      expect(await host.list(unit)).toEqual([]);
      await host.tell(units.place);
      const watch = host.watch();
      await expect.poll(() => watch.ended.find((one) => one.id === id)?.end).toEqual({ reason: "host_ended", exitCode: null });
      watch.stop();
      expect(await ask(unit, ...sleepers)).toBe("");
    });
  });
}

/** The arguments of every `sleep 424x` in the unit, in order. Written so that it does not find itself. */
const sleepers = [
  "sh",
  "-c",
  `for p in /proc/[0-9]*; do { tr '\\0' ' ' < $p/cmdline; echo; } 2>/dev/null | sed -n 's/^sleep \\(424[0-9]\\) $/\\1/p'; done | sort | tr '\\n' ' '`,
];
