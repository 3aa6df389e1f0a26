import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import en from "../messages/en.json" with { type: "json" };
import laterEn from "../messages/later/en.json" with { type: "json" };
import laterZh from "../messages/later/zh.json" with { type: "json" };
import zh from "../messages/zh.json" with { type: "json" };
import { hardCodedText } from "./hard-coded-text.ts";
import { unsaidSentences } from "./unsaid-sentences.ts";

type Catalog = { [key: string]: string | Catalog };

function flat(catalog: Catalog, path = ""): Map<string, string> {
  const entries = Object.entries(catalog).flatMap(([key, value]): [string, string][] =>
    typeof value === "string" ? [[`${path}${key}`, value]] : [...flat(value, `${path}${key}.`)],
  );
  return new Map(entries);
}

/** Names of what a message is given, and of its tags. */
const given = (message: string): string[] =>
  [...new Set([...message.matchAll(/\{(\w+)[,}]/g), ...message.matchAll(/<(\w+)>/g)].map((match) => match[1] ?? ""))].sort();

const source = join(import.meta.dirname, "../src");
const components = readdirSync(source, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".tsx"));

describe("P15 texts of the dashboard", () => {
  const english = flat({ ...en, ...laterEn });
  const chinese = flat({ ...zh, ...laterZh });

  it("are in one catalog each: those of the first screens, or those that come later", () => {
    for (const [first, later] of [
      [en, laterEn],
      [zh, laterZh],
    ])
      expect(Object.keys(later ?? {}).filter((section) => section in (first ?? {}))).toEqual([]);
  });

  it("are complete in both languages", () => {
    expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort());
    expect([...english, ...chinese].filter(([, message]) => message.trim() === "")).toEqual([]);
  });

  it("take the same values in both languages", () => {
    const differing = [...english].filter(([key, message]) => given(message).join() !== given(chinese.get(key) ?? "").join());
    expect(differing).toEqual([]);
  });

  it("are Chinese in the Chinese catalog, but for names", () => {
    const names = /^(Pod|AgentPod|English|CPU|\{\w+\}(\/\{\w+\})?|shop\.example\.com|\{\w+\} MB|\{shown\} \/ \{all\})$/;
    expect([...chinese].filter(([, message]) => !/\p{Script=Han}/u.test(message) && !names.test(message))).toEqual([]);
  });

  it.each(components)("are none in the code of %s", (path) => {
    // The product's name is the same in every language.
    const found = hardCodedText(readFileSync(join(source, path), "utf8")).filter(
      ({ text }) => !/^(AgentPod|Ctrl K|example\.com)$/.test(text),
    );
    expect(found).toEqual([]);
  });

  it.each(components)("and the API's sentences go through `said` in %s", (path) => {
    // What it shows is an error of the page's own program.
    if (path === "routing/screen-failed.tsx") return;
    expect(unsaidSentences(readFileSync(join(source, path), "utf8"))).toEqual([]);
  });

  it("would be found where one is shown as it is", () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the source of a component
    const shown = "<p title={`${error.message}`}>{isBad && event.message}{advice}{said(event.message)}{find(message)}</p>";
    expect(unsaidSentences(shown).map(({ text }) => text)).toEqual(["message", "advice", "message"]);
  });

  it("would be found: text, attributes and quoted children", () => {
    expect(hardCodedText('<p title="Some title">Some text{"quoted"}</p>').map(({ text }) => text)).toEqual([
      "quoted",
      "Some title",
      "Some text",
    ]);
  });
});
