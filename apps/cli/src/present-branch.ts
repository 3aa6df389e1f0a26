import { readFile, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";

/** The branch that a folder's repository is on; null where there is none, or no branch. */
export async function presentBranch(folder: string): Promise<string | null> {
  for (let at = resolve(folder); ; at = dirname(at)) {
    const git = join(at, ".git");
    const found = await stat(git).catch(() => null);
    if (found !== null) {
      // A work tree beside its repository has a file that says where that is.
      const pointer = found.isFile() ? /^gitdir: (.+)$/m.exec(await readFile(git, "utf8"))?.[1] : undefined;
      const head = await readFile(join(pointer === undefined ? git : resolve(at, pointer), "HEAD"), "utf8").catch(() => "");
      return /^ref: refs\/heads\/(.+)$/m.exec(head)?.[1] ?? null;
    }
    if (at === dirname(at)) return null;
  }
}
