import { createHash, randomUUID } from "node:crypto";
import { engineAnswers } from "@agentpod/e2e/engine";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { browserProgram, launchBrowser } from "../src/browser.ts";
import { type Dashboard, startDashboard } from "../src/dashboard.ts";
import { newTerminal, screenText, terminalRegion, type } from "../src/terminal-page.ts";

const runtimes = [["process", true] as const, ["docker", browserProgram !== null && engineAnswers()] as const];
const patient = { timeout: 100_000 };

/** On the process runtime it is the machine's own folder. */
const [said, pasted] = [`said-${randomUUID()}`, `pasted-${randomUUID()}`];

for (const [runtime, isThere] of runtimes) {
  describe.skipIf(browserProgram === null || !isThere)(`F3 P15 the terminal in the browser, on ${runtime}`, () => {
    let dashboard: Dashboard;
    let browser: Browser;
    let context: BrowserContext;
    let page: Page;
    beforeAll(async () => {
      dashboard = await startDashboard(runtime);
      await dashboard.installation.json("tenant", "create", "acme");
      await dashboard.installation.json("pod", "create", "acme/web", "--template", "hello", "--wait");
      browser = await launchBrowser();
      context = await dashboard.signedIn(browser, { viewport: { width: 1280, height: 900 }, colorScheme: "dark" });
      await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: dashboard.url });
      page = await context.newPage();
      await page.goto("/pods/acme/web/terminal");
    });
    afterAll(async () => {
      await browser?.close();
      await dashboard?.destroy();
    });

    const shows = (of: Page, text: RegExp | string) => expect.poll(() => screenText(of), patient).toMatch(text);
    const says = (of: Page, text: RegExp | string) => terminalRegion(of).getByText(text).waitFor();
    /** Output of a program in the unit, beside any terminal. */
    const inUnit = async (...argv: string[]) => (await dashboard.installation.cli("pod", "exec", "acme/web", "--", ...argv)).stdout.trim();
    /** Fills the screen and redraws it; not every image has top. */
    const watching =
      runtime === "process"
        ? "top -d 1"
        : `bash -c 'printf "\\033[?1049h"; until read -rsn1 -t 1 key; do printf "\\033[Hpid $$ load average "; cut -c-14 /proc/loadavg; done; printf "\\033[?1049l"'`;
    // What was typed says it too.
    const drawn = /load average:? +\d/;
    const watchingPid = async () =>
      runtime === "process" ? inUnit("pgrep", "-x", "top") : /pid (\d+) load average/.exec(await screenText(page))?.[1];
    /** When the counting program began, by what it prints: another one would have another. */
    const counting = "s=$$; i=0; while :; do i=$((i+1)); printf '\\033[2J\\033[Hrun %s turn %s.\\n' $s $i; sleep 0.2; done";
    const turn = async (of: Page) =>
      /run (\d+) turn (\d+)\./
        .exec(await screenText(of))
        ?.slice(1)
        .map(Number) ?? [0, 0];

    it("runs top or its like, shows it again after a reload, and to a second viewer", async () => {
      await shows(page, /[$#] *$/);
      await type(page, `${watching}\n`);
      await shows(page, drawn);
      const pid = await watchingPid();
      await page.reload();
      await shows(page, drawn);
      const second = await context.newPage();
      await second.goto("/pods/acme/web/terminal");
      await shows(second, drawn);
      expect(await watchingPid()).toBe(pid);
      await second.close();
      await type(page, "q");
      await shows(page, /[$#] *$/);
    });

    it("goes on by itself when the server was killed and when the network was away, without a reload", async () => {
      await type(page, `${counting}\n`);
      await shows(page, /run \d+ turn \d+\./);
      await page.evaluate("window.sameDocument = true");
      const [run = 0, before = 0] = await turn(page);
      dashboard.installation.kill("server");
      await says(page, /connection was lost|Connecting/);
      await terminalRegion(page).getByText("Connected", { exact: true }).waitFor(patient);
      await expect.poll(async () => (await turn(page))[1], patient).toBeGreaterThan(before);
      expect((await turn(page))[0]).toBe(run);

      await context.setOffline(true);
      await says(page, /connection was lost/);
      const [, lost = 0] = await turn(page);
      await context.setOffline(false);
      await terminalRegion(page).getByText("Connected", { exact: true }).waitFor(patient);
      await expect.poll(async () => (await turn(page))[1], patient).toBeGreaterThan(lost);
      expect((await turn(page))[0]).toBe(run);
      expect(await page.evaluate("window.sameDocument")).toBe(true);
      await page.keyboard.press("Control+c");
      await shows(page, /[$#] *$/);
    });

    it("gives the program the size of the window", async () => {
      await type(page, "clear; stty size\n");
      await shows(page, /^\d+ \d+$/m);
      const [, rows = "", columns = ""] = /^(\d+) (\d+)$/m.exec(await screenText(page)) ?? [];
      await page.setViewportSize({ width: 900, height: 700 });
      const smaller = async () => {
        await type(page, "clear; stty size\n");
        const [, r = rows, c = columns] = /^(\d+) (\d+)$/m.exec(await screenText(page)) ?? [];
        return Number(r) < Number(rows) && Number(c) < Number(columns);
      };
      await expect.poll(smaller, patient).toBe(true);
      await page.setViewportSize({ width: 1280, height: 900 });
    });

    it("has 256 colours and true ones", async () => {
      await type(page, "clear; printf '\\033[38;5;200mP''INK\\033[0m \\033[38;2;90;200;250mS''KY\\033[0m\\n'\n");
      await shows(page, /^PINK SKY/m);
      const colour = (text: string) =>
        terminalRegion(page)
          .locator(".xterm-rows span", { hasText: new RegExp(`^${text}$`) })
          .last()
          .evaluate((span: Element) => getComputedStyle(span).color);
      expect(await colour("PINK")).toBe("rgb(255, 0, 215)");
      expect(await colour("SKY")).toBe("rgb(90, 200, 250)");
    });

    it("takes Chinese from an input method, and gives each letter two columns", async () => {
      // What is typed while the shell still reads its own line would reach the program as bytes: an end of file as one, too.
      await type(page, `clear; echo rea''dy; cat > /tmp/${said}\n`);
      await shows(page, /^ready/m);
      const keyboard = await context.newCDPSession(page);
      for (const part of ["z", "zhong", "中文"]) {
        await keyboard.send("Input.imeSetComposition", { text: part, selectionStart: part.length, selectionEnd: part.length });
      }
      await keyboard.send("Input.insertText", { text: "中文输入" });
      await shows(page, /中文输入/);
      await page.keyboard.press("Enter");
      await page.keyboard.press("Control+d");
      expect(await inUnit("cat", `/tmp/${said}`)).toBe("中文输入");
      await type(page, "clear; printf '中文输入|\\n12345678|\\n'; stty size | wc -l\n");
      await shows(page, /^中文输入\|\s*\n12345678\|/m);
      const ends = (await terminalRegion(page).evaluate((region: Element) =>
        [...region.querySelectorAll(".xterm-rows > div")].slice(0, 2).map((row) => {
          const walker = document.createTreeWalker(row, NodeFilter.SHOW_TEXT);
          for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
            const at = node.textContent?.indexOf("|") ?? -1;
            if (at < 0) continue;
            const range = document.createRange();
            range.setStart(node, at);
            range.setEnd(node, at + 1);
            return range.getBoundingClientRect().left;
          }
          return -1;
        }),
      )) as number[];
      expect(ends[0]).toBeGreaterThan(0);
      expect(Math.abs((ends[0] ?? 0) - (ends[1] ?? 0))).toBeLessThan(2);
    });

    it("copies what is selected, and pastes", async () => {
      await type(page, "clear; echo copied''-words\n");
      await shows(page, /^copied-words/m);
      const row = await terminalRegion(page)
        .locator(".xterm-rows > div", { hasText: /^copied-words/ })
        .boundingBox();
      await page.mouse.dblclick((row?.x ?? 0) + 20, (row?.y ?? 0) + (row?.height ?? 0) / 2);
      await page.keyboard.press("Control+Shift+C");
      expect(await page.evaluate("navigator.clipboard.readText()")).toContain("copied");
      await page.evaluate("navigator.clipboard.writeText('echo pasted-$((40 + 2))')");
      await terminalRegion(page).getByRole("button", { name: "Paste" }).click();
      await page.keyboard.press("Enter");
      await shows(page, /^pasted-42/m);
      await page.evaluate("navigator.clipboard.writeText('echo by-keys-$((40 + 3))')");
      await page.keyboard.press("Control+Shift+V");
      await shows(page, /by-keys-\$/);
      await page.keyboard.press("Enter");
      await shows(page, /^by-keys-43/m);
    });

    it("takes a paste of 10 MB whole, while page, server and a second viewer go on", async () => {
      const second = await context.newPage();
      await second.goto("/pods/acme/web/terminal");
      await type(page, `clear; stty -echo; echo rea''dy; cat > /tmp/${pasted}; stty echo; echo arr''ived\n`);
      for (const one of [page, second]) await shows(one, /^ready/m);
      const line = "0123456789 abcdefghij 你好 ";
      const count = Math.ceil((10 * 1024 * 1024) / (Buffer.byteLength(line) + 1));
      await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(`${line}\n`)}.repeat(${count}))`);
      await page.evaluate("window.frames_ = 0; (function tick() { frames_++; requestAnimationFrame(tick); })()");
      await terminalRegion(page).getByRole("button", { name: "Paste" }).click();
      const seen: { frames: number; bytes: number }[] = [];
      const bytes = async () => Number(await inUnit("stat", "-c", "%s", `/tmp/${pasted}`));
      const whole = count * (Buffer.byteLength(line) + 1);
      await expect
        .poll(
          async () => {
            // The server answers the CLI, and the page draws, while it is on its way.
            seen.push({ frames: Number(await page.evaluate("frames_")), bytes: await bytes() });
            return seen.at(-1)?.bytes;
          },
          { timeout: 110_000, interval: 100 },
        )
        .toBe(whole);
      const under = seen.filter((one) => one.bytes < whole);
      expect(under.length).toBeGreaterThan(2);
      expect(under.at(-1)?.frames).toBeGreaterThan((under[0]?.frames ?? 0) + 2);
      await page.keyboard.press("Control+d");
      for (const one of [page, second]) await shows(one, /^arrived/m);
      const sum = createHash("sha256").update(`${line}\n`.repeat(count)).digest("hex");
      expect(await inUnit("sha256sum", `/tmp/${pasted}`)).toContain(sum);
      await inUnit("rm", `/tmp/${said}`, `/tmp/${pasted}`);
      await second.close();
    });

    it("a viewer whose network takes nothing holds nobody up, and sees the present in the end", async () => {
      const slow = await context.newPage();
      await slow.goto("/pods/acme/web/terminal");
      await shows(slow, /[$#] *$/);
      const network = await context.newCDPSession(slow);
      await network.send("Emulation.setCPUThrottlingRate", { rate: 20 });
      await type(page, "clear; seq 1 400000; echo fin''ished\n");
      await shows(page, /^finished/m);
      await network.send("Emulation.setCPUThrottlingRate", { rate: 1 });
      await shows(slow, /400000\s+finished/m);
      await slow.close();
    });

    it("lets the keyboard out, and in again", async () => {
      await terminalRegion(page).locator("textarea").focus();
      await page.keyboard.press("Tab");
      expect(await page.evaluate("document.activeElement.tagName")).toBe("TEXTAREA");
      await page.keyboard.press("Shift+Escape");
      expect(await terminalRegion(page).getByRole("toolbar").locator(":focus").count()).toBe(1);
      expect(await terminalRegion(page).getAttribute("aria-describedby")).not.toBeNull();
    });

    it("works on a telephone's width", async () => {
      const phone = await dashboard.signedIn(browser, { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
      const small = await phone.newPage();
      await small.goto("/pods/acme/web/terminal");
      // The one of the tests before is shown first.
      await says(small, "Connected");
      const shown = () => terminalRegion(small).getByRole("combobox").inputValue();
      const first = await shown();
      await newTerminal(small);
      await expect.poll(shown, patient).not.toBe(first);
      await says(small, "Connected");
      await shows(small, /[$#] *$/);
      await type(small, "stty size\n");
      await shows(small, /^\d+ \d+$/m);
      const columns = Number(/^\d+ (\d+)$/m.exec(await screenText(small))?.[1]);
      expect(columns).toBeGreaterThan(30);
      expect(columns).toBeLessThan(60);
      expect(await small.evaluate("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
      await terminalRegion(small).getByRole("button", { name: "Close terminal" }).click();
      await phone.close();
    });

    it("a terminal host that is killed is told of, and a new terminal can be had", async () => {
      await page.bringToFront();
      dashboard.installation.kill("terminals");
      await says(page, /This terminal is no longer there. Open a new one.|crash of its host/);
      const isOpen = async () => {
        if (await terminalRegion(page).getByRole("button", { name: "New terminal" }).isDisabled()) return false;
        if ((await terminalRegion(page).getByText("Connected", { exact: true }).count()) > 0) return true;
        await newTerminal(page);
        return false;
      };
      await expect.poll(isOpen, { ...patient, interval: 1000 }).toBe(true);
      await shows(page, /[$#] *$/);
      await type(page, "echo new-$((6 * 7))\n");
      await shows(page, /^new-42/m);
    });

    it("a stopped pod says so and can be started here; what was on the screen stays to be read", async () => {
      await type(page, "clear; echo last''-words\n");
      await shows(page, /^last-words/m);
      await dashboard.installation.json("pod", "stop", "acme/web", "--wait");
      await page.getByText("No unit of this pod is running; start it first.").waitFor();
      await says(page, /The unit was stopped or restarted, and the program ended with it/);
      expect(await screenText(page)).toContain("last-words");
      await page.reload();
      await page.getByText("No unit of this pod is running; start it first.").waitFor();
      await page.locator("#content").getByRole("status").getByRole("button", { name: "Start" }).click();
      await shows(page, /[$#] *$/);
      expect(await page.getByText("No unit of this pod is running").count()).toBe(0);
    });

    it("ends in words when the pod is deleted", async () => {
      await dashboard.installation.json("pod", "delete", "acme/web", "--yes", "--wait");
      await page.getByText("There is no pod acme/web; it may have been deleted.").waitFor();
      expect(await terminalRegion(page).count()).toBe(0);
    });
  });
}
