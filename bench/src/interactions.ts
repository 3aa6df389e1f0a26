import type { Dashboard } from "@agentpod/web-tests/dashboard";
import type { Browser } from "playwright-core";

/** Of one interaction, as the browser measured it: from the event to the next frame that was painted. */
interface Interaction {
  name: string;
  milliseconds: number;
}

/**
 * What people do most, by real mouse and keyboard: go to a list, filter it, choose rows, open the palette and a pod, change
 * its tab. The slowest event of each, in the order of the list; one that the browser counts as shorter than 16 ms is 16.
 */
export async function interactions(browser: Browser, dashboard: Dashboard, slowdown: number): Promise<Interaction[]> {
  const context = await dashboard.signedIn(browser);
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: slowdown });
  await page.addInitScript(`
    window.slowest = 16;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (entry.interactionId > 0) window.slowest = Math.max(window.slowest, entry.duration);
    }).observe({ type: "event", durationThreshold: 16, buffered: true });
  `);
  await page.goto("/");
  await page.locator('#content a[href^="/pods?tenant="]').first().waitFor();
  const link = (path: string) => page.locator(`aside a[href="${path}"]`).last();
  const search = page.getByRole("searchbox");
  const shown = (count: number) => page.locator("search [role=status]").getByText(`${count} of`).waitFor();
  const tabs = page.locator("#content nav ul a");
  const steps: [string, () => Promise<unknown>, () => Promise<unknown>][] = [
    ["open the list of pods", () => link("/pods").click(), () => search.waitFor()],
    ["filter it, key by key", () => search.pressSequentially("web-1"), () => shown(11)],
    ["empty the filter", () => search.press("Control+a").then(() => search.press("Backspace")), () => shown(50)],
    ["choose all rows", () => page.getByRole("checkbox").first().click(), () => page.locator("tbody input:checked").first().waitFor()],
    ["open the palette", () => page.keyboard.press("Control+k"), () => page.getByRole("dialog").waitFor()],
    ["type in the palette", () => page.keyboard.type("web-4"), () => page.getByRole("option", { name: /web-4/ }).first().waitFor()],
    ["open a pod", () => page.keyboard.press("Enter"), () => tabs.nth(1).waitFor()],
    ["open its second tab", () => tabs.nth(1).click(), () => page.locator("#content nav a[aria-current=page]").nth(0).waitFor()],
    ["open the events", () => link("/events").click(), () => page.locator("#content").getByText("web-").first().waitFor()],
    ["back to the overview", () => link("/").click(), () => page.locator('#content a[href^="/pods?tenant="]').first().waitFor()],
  ];
  const measured: Interaction[] = [];
  for (const [name, act, isDone] of steps) {
    await page.evaluate("window.slowest = 16");
    await act();
    await isDone();
    // An event is told of after the frame that it led to.
    const milliseconds = (await page.evaluate(`new Promise((resolve) =>
      requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => resolve(window.slowest), 50))))`)) as number;
    measured.push({ name, milliseconds });
  }
  await context.close();
  return measured;
}
