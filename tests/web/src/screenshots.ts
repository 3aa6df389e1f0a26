import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { root } from "@agentpod/e2e/installation";
import { launchBrowser } from "./browser.ts";
import { startDashboard } from "./dashboard.ts";
import { everyPage } from "./every-page.ts";
import { furnish } from "./furnish.ts";

/** `npm run screenshots`: every page at two widths, light and dark, into `screenshots/`, to be looked at. */
const folder = join(root, "screenshots");
await mkdir(folder, { recursive: true });
const dashboard = await startDashboard("process");
const browser = await launchBrowser();
try {
  await furnish(dashboard.installation);
  for (const width of [1440, 390]) {
    for (const colorScheme of ["light", "dark"] as const) {
      const context = await dashboard.signedIn(browser, { viewport: { width, height: width > 500 ? 900 : 844 }, colorScheme });
      const page = await context.newPage();
      for (const { path, en } of everyPage) {
        await page.goto(path);
        await page.getByRole("heading", { name: en }).first().waitFor();
        await page.getByRole("status", { name: "Loading" }).first().waitFor({ state: "detached" });
        const name = path.replaceAll(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "") || "overview";
        await page.screenshot({ path: join(folder, `${name}-${width}-${colorScheme}.png`), fullPage: true });
      }
      await context.close();
    }
  }
  console.log(`Pictures of ${everyPage.length} pages are in ${folder}.`);
} finally {
  await browser.close();
  await dashboard.destroy();
}
