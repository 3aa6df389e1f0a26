import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { insertPrelude } from "../build/insert-prelude.ts";
import { textScripts } from "../build/text-scripts.ts";
import { prelude } from "../src/prelude.ts";

const folder = mkdtempSync(join(tmpdir(), "agentpod-page-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("P15 first screen", () => {
  it("the prelude comes before whatever a browser waits for", () => {
    const page =
      '<html><head><meta charSet="utf-8"/><link rel="preload" as="font" href="/a.woff2"/><link rel="stylesheet" href="/a.css"/></head></html>';
    const made = insertPrelude(page, 'say("$& stays");');
    expect(made).toContain('<meta charSet="utf-8"/><script>say("$& stays");</script><link rel="stylesheet"');
    expect(made.indexOf("<script>")).toBeLessThan(made.indexOf("stylesheet"));
    expect(made).toMatch(/stylesheet.*as="font" fetchPriority="low" href="\/a.woff2"\/><\/head>/);
    expect(made.match(/a\.woff2/g)).toHaveLength(1);
  });

  it("a page of another shape is not passed over", () => {
    expect(() => insertPrelude("<html><head></head></html>", "")).toThrow("no head");
  });

  it("the scripts of each language are found by the texts in them", () => {
    const chunks = join(folder, "_next/static/chunks");
    mkdirSync(chunks, { recursive: true });
    writeFileSync(join(chunks, "a.js"), `e.exports=JSON.parse('{"close":"Close","quote":"\\\\"it\\\\""}')`);
    writeFileSync(join(chunks, "b.js"), `e.exports=JSON.parse('{"close":"关闭"}')`);
    writeFileSync(join(chunks, "c.js"), "console.log('Close')");
    expect(textScripts(folder, { en: [{ close: "Close", quote: '"it"' }], zh: [{ close: "关闭" }], fr: [{ close: "Fermer" }] })).toEqual({
      en: ["/_next/static/chunks/a.js"],
      zh: ["/_next/static/chunks/b.js"],
      fr: [],
    });
  });

  it("the prelude asks for the texts of the page's own language alone", () => {
    const appended: string[] = [];
    const root = { dataset: {}, lang: "" };
    const browser = {
      document: { documentElement: root, createElement: () => ({}), head: { append: ({ href }: { href: string }) => appended.push(href) } },
      localStorage: { getItem: (key: string) => (key === "agentpod.locale" ? "zh" : null) },
      navigator: { language: "en" },
      matchMedia: () => ({ matches: false }),
      location: { pathname: "/" },
      fetch: (path: string) => path,
      window: {} as { agentpodEarly?: object },
    };
    new Function(...Object.keys(browser), prelude({ en: ["/en.js"], zh: ["/zh.js"] }))(...Object.values(browser));
    expect(appended).toEqual(["/zh.js"]);
    expect(root).toEqual({ dataset: { theme: "light" }, lang: "zh" });
    expect(browser.window.agentpodEarly).toEqual({ "/whoami": "/api/v1/whoami", "/pods": "/api/v1/pods" });
  });
});
