import { git } from "../src/testing/git-server.ts";
import { scratchFolder } from "./source-rig.ts";

/** A repository `team/app.git` below a folder of its own, with what `files` says on `main`. */
export function repositoryOf(fill: (work: string) => void): { folder: string; work: string; commit: string } {
  const folder = scratchFolder();
  const work = scratchFolder();
  git(work, "init", "--quiet");
  fill(work);
  git(work, "add", "--all", "--force");
  git(work, "commit", "--quiet", "--allow-empty", "-m", "first");
  git(folder, "clone", "--quiet", "--bare", work, "team/app.git");
  return { folder, work, commit: git(work, "rev-parse", "HEAD") };
}
