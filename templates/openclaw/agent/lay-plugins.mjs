import { lstatSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** How the configuration says where they lie. */
const beside = `\${AGENT_MODULES}/`;

/**
 * OpenClaw keeps a queue of messages for those plugins alone of which its state says that they came from npm. They did, with the
 * image: so they are put where it looks for what it has installed itself. A folder of this program's own, made anew at each start.
 */
export function layPlugins({ paths, modules, program, state }) {
  const project = join(state, "npm", "projects", "agentpod");
  rmSync(project, { recursive: true, force: true });
  const packs = paths.filter((path) => path.startsWith(beside)).map((path) => path.slice(beside.length));
  if (packs.length === 0) return;
  const dependencies = {};
  for (const pack of packs) {
    const source = join(modules, pack);
    dependencies[pack] = versionOf(pack, source);
    const link = join(project, "node_modules", pack);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(source, link, "dir");
    linkHost(source, dirname(program));
  }
  writeFileSync(join(project, "package.json"), JSON.stringify({ private: true, dependencies }), { mode: 0o600 });
}

function versionOf(pack, source) {
  try {
    return JSON.parse(readFileSync(join(source, "package.json"), "utf8")).version;
  } catch (error) {
    throw new Error(`${pack} is not installed beside openclaw (${error.message}): npm install --global ${pack}`);
  }
}

/** A plugin is taken only where it leads to the OpenClaw that runs it: in an image it does already. */
function linkHost(source, host) {
  const link = join(source, "node_modules", "openclaw");
  if (lstatSync(link, { throwIfNoEntry: false })) return;
  try {
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(host, link, "dir");
  } catch (error) {
    throw new Error(`${link} has to lead to ${host}, and may not be made from here (${error.code}): ln -s ${host} ${link}`);
  }
}
