import { readFileSync, realpathSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";

/** OpenClaw's program and the folder of packages that it lies in. Throws when there is none, or another version than is asked for. */
export function findOpenClaw(path, wanted) {
  const program = path.split(delimiter).map(programIn).find(Boolean);
  if (!program) throw new Error(`openclaw is not on PATH: npm install --global openclaw@${wanted}`);
  const { name, version } = JSON.parse(readFileSync(join(dirname(program), "package.json"), "utf8"));
  if (name !== "openclaw" || version !== wanted)
    throw new Error(`this agent needs openclaw ${wanted}, and here is ${name} ${version}: npm install --global openclaw@${wanted}`);
  return { program, modules: dirname(dirname(program)) };
}

function programIn(folder) {
  try {
    return realpathSync(join(folder, "openclaw"));
  } catch {
    return null;
  }
}
