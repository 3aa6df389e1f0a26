import type { Locator, Page } from "playwright-core";

/** The terminal with its tools and its line of state. */
export const terminalRegion = (page: Page): Locator => page.getByRole("region", { name: "Terminal", exact: true });

/** What is on the terminal's screen, row by row; empty where there is none yet. */
export async function screenText(page: Page): Promise<string> {
  const rows = (await terminalRegion(page)
    .locator(".xterm-rows > div")
    .evaluateAll((all) => all.map((row) => (row.textContent ?? "").replaceAll("\u00a0", " ").trimEnd()))) as string[];
  return rows.join("\n").trimEnd();
}

/** Types as a keyboard does; a line feed is the Enter key. */
export async function type(page: Page, text: string): Promise<void> {
  await terminalRegion(page).locator("textarea").focus();
  for (const [i, part] of text.split("\n").entries()) {
    if (i > 0) await page.keyboard.press("Enter");
    if (part !== "") await page.keyboard.insertText(part);
  }
}

/** Opens another terminal beside those that are there. */
export async function newTerminal(page: Page): Promise<void> {
  await terminalRegion(page).getByRole("button", { name: "New terminal" }).click();
}
