import { execFile, execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { NewTokenView } from "@agentpod/core/api/token-view";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { engineAnswers } from "../src/engine.ts";
import { type Installation, makeInstallation } from "../src/installation.ts";
import { shopProject } from "../src/shop-project.ts";

const host = "shop-main.localhost";
const who = ["-c", "user.name=T", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main", "-c", "commit.gpgsign=false"];
const git = (folder: string, ...argv: string[]): string =>
  execFileSync("git", [...who, ...argv], { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();

for (const { runtime, isHere } of [
  { runtime: "process" as const, isHere: process.platform === "linux" },
  { runtime: "docker" as const, isHere: engineAnswers() },
])
  describe.skipIf(!isHere)(`C3 git push to a whole AgentPod on ${runtime}`, { timeout: 1_200_000 }, () => {
    let plane: Installation;
    let work: string;
    let remote: string;

    beforeAll(async () => {
      plane = await makeInstallation(runtime);
      await plane.start();
      await plane.json("tenant", "create", "main");
      const { secret } = await plane.json<NewTokenView>("token", "create", "push", "--tenant", "main", "--role", "operator");
      remote = `http://me:${secret}@localhost:${plane.port}/git/main/shop.git`;
      work = await shopProject({ version: "one" });
      git(work, "init", "--quiet");
      await writeFile(join(work, ".gitignore"), "node_modules\n");
    }, 600_000);
    afterAll(async () => {
      await plane?.destroy();
      if (work) await rm(work, { recursive: true, force: true });
    }, 600_000);

    const commit = async (page: string): Promise<void> => {
      await writeFile(join(work, "NOTES"), page);
      git(work, "add", "--all");
      git(work, "commit", "--quiet", "-m", page);
    };
    const push = (): Promise<{ code: number; said: string }> => {
      const env = { PATH: process.env.PATH ?? "", HOME: work, GIT_TERMINAL_PROMPT: "0", GIT_CONFIG_NOSYSTEM: "1" };
      return new Promise((resolve) => {
        execFile("git", ["push", remote, "main"], { cwd: work, env }, (error, stdout, stderr) =>
          resolve({ code: error === null ? 0 : Number(error.code), said: `${stdout}${stderr}` }),
        );
      });
    };

    it("makes an application with its database, through the front door, and tells how", async () => {
      await commit("one");
      const { code, said } = await push();
      expect([code, said]).toEqual([0, expect.stringMatching(/remote: Deployment 1: It serves at http/)]);
      expect(said).toMatch(/remote: install: Installing and building\./);
      expect(await plane.get(host)).toEqual({ status: 200, body: "one" });
    });

    it("goes on although the server is killed while it deploys: what was taken is deployed once", async () => {
      await commit("two");
      await plane.crashAt("after:operation:3");
      const pushed = await push();
      // The connection breaks after the push was taken: git says so, the deployment goes on.
      expect(pushed.said).toMatch(/Deployment 2 of main\/shop/);
      await vi.waitFor(
        async () => {
          const [newest] = await plane.json<{ number: number; state: string }[]>("deployment", "list", "main/shop");
          expect(newest).toMatchObject({ number: 2, state: "succeeded" });
        },
        { timeout: 600_000, interval: 1000 },
      );
      expect(plane.pendingCrashes()).toEqual([]);
      expect(await plane.get(host)).toEqual({ status: 200, body: "one" });
      expect((await push()).said).toMatch(/Everything up-to-date/);
    });

    it("leaves no repository once its application is gone", async () => {
      const folder = join(plane.home.root, "git");
      expect(readdirSync(folder, { recursive: true }).some((name) => String(name).endsWith("shop.git"))).toBe(true);
      expect((await plane.cli("deployment", "destroy", "main/shop", "--yes")).code).toBe(0);
      expect(readdirSync(folder, { recursive: true }).some((name) => String(name).endsWith("shop.git"))).toBe(false);
    });
  });
