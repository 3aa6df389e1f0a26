import { existsSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

/** The folder in which a package lies that `from` depends on. Throws where it is not installed. */
export function packageNear(name: string, from: string): string {
  const places = createRequire(join(from, "package.json")).resolve.paths(name) ?? [];
  const found = places.map((place) => join(place, name)).find((place) => existsSync(join(place, "package.json")));
  if (found === undefined) throw new Error(`${name} is not installed below ${from}`);
  return realpathSync(found);
}
