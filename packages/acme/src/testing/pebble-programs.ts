import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const suite = "trixie";
const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";

const kept = join(tmpdir(), `agentpod-rig-pebble-${suite}`);

/** Whether Pebble is here, or this is a Debian that can get it. */
export const canHavePebble = existsSync(kept) || (existsSync("/etc/debian_version") && existsSync("/usr/bin/apt-get") && isDebian());

function isDebian(): boolean {
  return /^ID=debian$/m.test(readFileSync("/etc/os-release", "utf8"));
}

export interface PebblePrograms {
  pebble: string;
  challtestsrv: string;
}

/**
 * Pebble of Debian trixie, an ACME authority for tests, with its DNS server: unpacked into a folder that is kept for the
 * next run, installed nowhere. Needs Debian and the mirror that its own apt is set to. Throws where it cannot be had.
 */
export async function pebblePrograms(): Promise<PebblePrograms> {
  if (!existsSync(kept)) {
    const folder = await mkdtemp(`${kept}-`);
    try {
      await unpack(folder, await mirror());
      // Another run may have been first: its folder is as good.
      await rename(join(folder, "unpacked"), kept).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
      });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  return { pebble: join(kept, "usr/bin/pebble"), challtestsrv: join(kept, "usr/bin/pebble-challtestsrv") };
}

/** Where this machine's apt gets Debian from; its package lists are fetched where there are none yet (as root). */
async function mirror(): Promise<string> {
  const found = (await mirrorInLists()) ?? (await run("apt-get", ["update"]).then(mirrorInLists));
  if (found === null) throw new Error("This machine's apt knows no Debian mirror.");
  return found;
}

async function mirrorInLists(): Promise<string | null> {
  const { stdout } = await run("apt-get", ["indextargets", "--format", "$(REPO_URI) $(ORIGIN) $(COMPONENT)", "Created-By: Packages"]);
  const found = stdout.split("\n").find((line) => /^\S+ Debian main$/.test(line) && !line.includes("security"));
  return found?.split(" ")[0] ?? null;
}

async function unpack(folder: string, uri: string): Promise<void> {
  const sources = join(folder, "sources.list");
  const signed = existsSync(keyring) ? `[signed-by=${keyring}] ` : "";
  await writeFile(sources, `deb ${signed}${uri} ${suite} main\n`);
  for (const path of ["lists/partial", "archives/partial", "unpacked"]) await mkdir(join(folder, path), { recursive: true });
  const options = {
    "Dir::Etc::sourcelist": sources,
    "Dir::Etc::sourceparts": "/dev/null",
    "Dir::State::lists": join(folder, "lists"),
    "Dir::Cache": folder,
    "APT::Sandbox::User": "root",
  };
  const own = Object.entries(options).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
  await run("apt-get", [...own, "update"], { cwd: folder });
  await run("apt-get", [...own, "download", "pebble"], { cwd: folder });
  const archive = (await readdir(folder)).find((file) => file.endsWith(".deb"));
  if (archive === undefined) throw new Error(`Debian ${suite} gave no package pebble.`);
  await run("dpkg", ["-x", join(folder, archive), join(folder, "unpacked")]);
}
