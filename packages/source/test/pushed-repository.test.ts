import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openPushed, type PushOptions, type TakenPush } from "../src/pushed-repository.ts";
import { git } from "../src/testing/git-server.ts";
import { folderOf, scratchFolder, unpacked } from "./source-rig.ts";

const options = (more: Partial<PushOptions> = {}): PushOptions => ({
  environment: { PATH: process.env.PATH ?? "" },
  mostBytes: 64 * 1024 * 1024,
  signal: AbortSignal.timeout(120_000),
  ...more,
});

function workOf(files: Record<string, string>): string {
  const work = folderOf(files);
  git(work, "init", "--quiet");
  return work;
}

/** Commits what lies there and pushes it past everything, as git wrote it before something else went wrong. */
function written(work: string, repository: string, text: string): TakenPush {
  writeFileSync(join(work, "page"), text);
  git(work, "add", "--all");
  git(work, "commit", "--quiet", "-m", text);
  git(work, "push", "--quiet", "--force", repository, "HEAD:refs/heads/main");
  return { branch: "main", commit: git(work, "rev-parse", "HEAD") };
}

describe("C3 repositories that are pushed to", () => {
  it("are made whole, open to their owner alone, and give the files of a commit", async () => {
    const at = join(scratchFolder(), "tenant", "shop.git");
    const opened = await openPushed(at, null, options());
    expect(await opened.commitOf("main")).toBeNull();
    const { commit } = written(workOf({ "a.txt": "a" }), at, "one");
    expect(await opened.commitOf("main")).toBe(commit);
    const snapshot = await opened.snapshot(commit, scratchFolder());
    expect(await unpacked(snapshot)).toEqual({ "a.txt": "a", page: "one" });
    await snapshot.close();
    expect(readdirSync(join(at, ".."))).toEqual(["shop.git"]);
    expect(existsSync(join(at, "hooks"))).toBe(false);
  });

  it("go back to what was taken, whatever was written since, and begin anew where that is not there", async () => {
    const at = join(scratchFolder(), "shop.git");
    await openPushed(at, null, options());
    const work = workOf({});
    const taken = written(work, at, "taken");
    written(work, at, "lost");
    const again = await openPushed(at, taken, options());
    expect(await again.commitOf("main")).toBe(taken.commit);
    await again.restore(null);
    expect(await again.commitOf("main")).toBeNull();
    expect(await (await openPushed(at, { branch: "main", commit: "1".repeat(40) }, options())).commitOf("main")).toBeNull();
  });

  it("put away what a crash left, and follow no link", async () => {
    const folder = scratchFolder();
    const at = join(folder, "shop.git");
    await openPushed(at, null, options());
    const taken = written(workOf({}), at, "taken");
    mkdirSync(join(at, "objects/tmp_objdir-incoming-x"));
    for (const lock of ["HEAD.lock", "packed-refs.lock", "refs/heads/main.lock"]) writeFileSync(join(at, lock), "");
    const opened = await openPushed(at, taken, options());
    await opened.setBranch("main");
    expect(readdirSync(at, { recursive: true, encoding: "utf8" }).filter((name) => /lock$|tmp_/.test(name))).toEqual([]);
    const outside = scratchFolder();
    symlinkSync(outside, join(folder, "linked.git"));
    const linked = await openPushed(join(folder, "linked.git"), null, options());
    await linked.setBranch("main");
    expect(readdirSync(outside)).toEqual([]);
  });

  it("are packed anew once many pushes have piled up, and begin anew once they are too large", async () => {
    const at = join(scratchFolder(), "shop.git");
    const opened = await openPushed(at, null, options());
    const work = workOf({});
    let taken: TakenPush | null = null;
    for (let i = 0; i < 22; i++) {
      taken = written(work, at, `page ${i}`);
      // As a push is kept: a pack each.
      git(at, "repack", "--quiet", "-d");
    }
    const packs = () => readdirSync(join(at, "objects/pack")).filter((name) => name.endsWith(".pack"));
    expect(packs().length).toBeGreaterThan(20);
    await opened.tidy();
    expect(packs()).toHaveLength(1);
    expect(await opened.commitOf("main")).toBe(taken?.commit);
    writeFileSync(join(work, "large"), randomBytes(150_000));
    taken = written(work, at, "large");
    expect(await (await openPushed(at, taken, options({ mostBytes: 100_000 }))).commitOf("main")).toBe(taken.commit);
    expect(await (await openPushed(at, taken, options({ mostBytes: 50_000 }))).commitOf("main")).toBeNull();
  });

  it("need git, and say so", async () => {
    const nowhere = options({ environment: { PATH: scratchFolder() } });
    await expect(openPushed(join(scratchFolder(), "shop.git"), null, nowhere)).rejects.toMatchObject({
      code: "unavailable",
      message: "git cannot be started on this machine; install it.",
    });
  });
});
