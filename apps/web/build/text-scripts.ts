import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * URL paths of the scripts of an exported page that hold these catalogs, by language. A catalog lies in a script as the
 * JSON that it is; one that is not found is left out: the page then asks for it later.
 */
export function textScripts(exported: string, catalogs: Record<string, unknown[]>): Record<string, string[]> {
  const folder = "_next/static/chunks";
  const scripts = readdirSync(join(exported, folder)).filter((name) => name.endsWith(".js"));
  const contents = scripts.map((name) => ({ url: `/${folder}/${name}`, text: readFileSync(join(exported, folder, name), "utf8") }));
  return Object.fromEntries(
    Object.entries(catalogs).map(([language, all]) => [
      language,
      all.flatMap((catalog) => contents.filter(({ text }) => text.includes(beginningOf(catalog))).map(({ url }) => url)),
    ]),
  );
}

/** As far as no bundler would write it differently. */
const beginningOf = (catalog: unknown): string => /^[^\\']{0,120}/.exec(JSON.stringify(catalog))?.[0] ?? "";
