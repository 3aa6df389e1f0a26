import { mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CleanUpPlanView } from "@agentpod/core/api/clean-up-view";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { engineAnswers } from "../src/engine.ts";
import { type Installation, makeInstallation } from "../src/installation.ts";

const host = "page-main.localhost";

for (const { runtime, isHere } of [
  { runtime: "process" as const, isHere: process.platform === "linux" },
  { runtime: "docker" as const, isHere: engineAnswers() },
])
  describe.skipIf(!isHere)(`P16 clean-up of deployments on ${runtime}`, { timeout: 900_000 }, () => {
    let plane: Installation;
    const folders: string[] = [];

    beforeAll(async () => {
      plane = await makeInstallation(runtime);
      await plane.start();
    }, 600_000);
    afterAll(async () => {
      await plane?.destroy();
      for (const folder of folders) await rm(folder, { recursive: true, force: true });
    }, 600_000);

    /** On docker it is built as an image. */
    async function deploy(version: string): Promise<void> {
      const folder = await mkdtemp(join(tmpdir(), "agentpod-page-"));
      folders.push(folder);
      const server = `require("node:http").createServer((_, response) => response.end("${version}")).listen(process.env.PORT, "0.0.0.0")`;
      await writeFile(join(folder, "index.js"), server);
      await writeFile(join(folder, "package.json"), '{"name":"page","scripts":{"start":"node index.js"}}');
      if (runtime === "docker")
        await writeFile(
          join(folder, "Dockerfile"),
          'FROM node:24-bookworm-slim\nCOPY index.js /app/index.js\nENV PORT=3000\nEXPOSE 3000\nCMD ["node", "/app/index.js"]\n',
        );
      expect(await plane.cli("deploy", folder, "--name", "page", "-o", "json")).toMatchObject({ code: 0, stderr: "" });
      expect(await plane.get(host)).toEqual({ status: 200, body: version });
    }
    const plan = async (): Promise<CleanUpPlanView> => JSON.parse((await plane.cli("clean-up", "run", "--dry-run", "-o", "json")).stdout);
    const artifacts = async () => (await readdir(plane.home.artifacts)).filter((name) => name.endsWith(".tar"));

    it("after four deployments two can be gone back to; what the others left is gone, and the page is as before", async () => {
      for (const version of ["one", "two", "three", "four"]) await deploy(version);
      expect((await plane.cli("clean-up", "policy", "--releases", "2")).code).toBe(0);
      // What came within the last hour would stay.
      const at = new Date(Date.now() - 2 * 3_600_000);
      for (const name of await artifacts()) await utimes(join(plane.home.artifacts, name), at, at);
      const found = await plan();
      expect(found.goes.filter(({ kind }) => kind === "artifact").map(({ reason }) => reason)).toEqual(
        expect.arrayContaining(["main/page #1 is no longer kept.", "main/page #2 is no longer kept."]),
      );
      const images = (all: CleanUpPlanView["stays"]) => all.filter(({ kind }) => kind === "image").length;
      if (runtime === "docker") expect(images(found.goes) + images(found.stays)).toBe(4);
      const before = (await artifacts()).length;
      const { code, stdout, stderr } = await plane.cli("clean-up", "run", "--yes", "-o", "json");
      expect([code, stderr]).toEqual([0, ""]);
      expect(JSON.parse(stdout)).toMatchObject({ problems: [] });
      expect((await artifacts()).length).toBe(before - found.goes.filter(({ kind }) => kind === "artifact").length);
      expect(await plane.get(host)).toEqual({ status: 200, body: "four" });
      expect((await plan()).goes).toEqual([]);
      expect((await plane.cli("deployment", "rollback", "main/page", "--to", "1")).code).not.toBe(0);
      expect(await plane.cli("deployment", "rollback", "main/page", "--to", "3", "-o", "json")).toMatchObject({ code: 0 });
      expect(await plane.get(host)).toEqual({ status: 200, body: "three" });
      const { stdout: checks } = await plane.cli("doctor", "-o", "json");
      expect(JSON.parse(checks)).toContainEqual(expect.objectContaining({ check: "clean-up" }));
    });

    it("a deployment that finds too little room fails before anything is made", async () => {
      await plane.cli("clean-up", "policy", "--free", "99999999");
      const folder = folders.at(-1) ?? "";
      const { code, stderr } = await plane.cli("deploy", folder, "--name", "large");
      expect([code === 0, stderr]).toEqual([
        false,
        expect.stringMatching(/Only \d+ MB are free .*; 99999999 MB have to be, so nothing was begun/),
      ]);
      expect((await plane.cli("pod", "list", "-o", "json")).stdout).not.toContain('"large');
    });
  });
