import { randomBytes } from "node:crypto";
import { readdirSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { PodView } from "@agentpod/core/api/pod-view";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { codeProject } from "../src/code-project.ts";
import { type Installation, makeInstallation } from "../src/installation.ts";
import { smallDisk } from "../src/small-disk.ts";
import { processTraces } from "../src/traces.ts";

const wait = { timeout: 45_000, interval: 100 };
const mayMount = process.platform === "linux" && process.getuid?.() === 0;

describe.skipIf(!mayMount)("P5 P3 a disk that is full", () => {
  let plane: Installation;
  let takeOff: (() => void)[] = [];

  beforeAll(async () => {
    plane = await makeInstallation("process");
    takeOff = [smallDisk(plane.home.artifacts, 2048, "0700"), smallDisk(plane.home.pods, 512, "0711")];
    await plane.start();
    await plane.cli("tenant", "create", "acme");
  });
  afterAll(async () => {
    await plane?.stop();
    for (const take of takeOff) take();
    await plane?.destroy();
  });

  /** A template of one Node program with so much beside it. */
  async function template(name: string, kilobytes: number): Promise<string> {
    const folder = join(plane.home.root, name);
    await mkdir(join(folder, "app"), { recursive: true });
    const serve = 'require("node:http").createServer((_, r) => r.end("here")).listen(Number(process.env.PORT), process.env.HOST);';
    await writeFile(join(folder, "app/main.cjs"), serve);
    await writeFile(join(folder, "app/ballast"), randomBytes(kilobytes * 1024));
    const command = ["node", "{{ code }}/main.cjs"];
    const unit = {
      name: "app",
      image: "node:24-bookworm-slim",
      code: { folder: "app" },
      command,
      env: { HOST: "{{ listen }}", PORT: "{{ units.app.port }}" },
      ports: [{ name: "http", container: 8080 }],
      probe: { kind: "http", port: "http", intervalSeconds: 1 },
      resources: { memoryMb: 96 },
      local: { argv: command, needs: ["node"] },
    };
    const text = { en: name, zh: name };
    const spec = { units: [unit], routes: [{ unit: "app", port: "http" }] };
    const whole = { apiVersion: "agentpod/v1", kind: "Template", name, title: text, description: text, spec };
    await writeFile(join(folder, "template.yaml"), JSON.stringify(whole));
    return folder;
  }

  it("an upload that does not fit is refused with a sentence, and no part of it stays", async () => {
    const before = readdirSync(plane.home.artifacts);
    const told = await plane.cli("template", "apply", await template("huge", 4096), "--tenant", "acme");
    expect(told).toMatchObject({ code: 8, stderr: expect.stringMatching(/^ERROR unavailable: .*disk is full/) });
    expect(readdirSync(plane.home.artifacts)).toEqual(before);
    expect(await plane.cli("template", "show", "huge", "--tenant", "acme")).toMatchObject({ code: 5 });
  });

  it("a pod whose code does not fit says why, and leaves nothing when it is deleted", async () => {
    expect(await plane.cli("template", "apply", await template("large", 600), "--tenant", "acme")).toMatchObject({ code: 0 });
    expect(await plane.cli("pod", "create", "acme/large", "--template", "large")).toMatchObject({ code: 0 });
    await vi.waitFor(async () => {
      const pod = await plane.json<PodView>("pod", "status", "acme/large");
      const prepared = pod.conditions.find((condition) => condition.type === "Prepared");
      expect(prepared).toMatchObject({ status: "false", message: expect.stringMatching(/disk is full/), fault: "system" });
    }, wait);
    expect(await plane.cli("pod", "delete", "acme/large", "--yes", "--wait")).toMatchObject({ code: 0 });
    expect(processTraces(plane.home, plane.uids)).toEqual([]);
  });

  it("a pod made while nothing fits says why, and comes up by itself when there is room", async () => {
    const ballast = join(plane.home.pods, ".ballast");
    await writeFile(ballast, Buffer.alloc(4 * 1024 * 1024)).catch((error: NodeJS.ErrnoException) => expect(error.code).toBe("ENOSPC"));
    expect(await plane.cli("pod", "create", "acme/small", "--template", "hello")).toMatchObject({ code: 0 });
    await vi.waitFor(async () => {
      const { failures } = await plane.json<PodView>("pod", "status", "acme/small");
      expect(Object.values(failures)).toMatchObject([{ message: expect.stringMatching(/disk is full/), fault: "system", retry: true }]);
    }, wait);
    await rm(ballast);
    await vi.waitFor(async () => expect(await plane.get("small-acme.localhost")).toMatchObject({ status: 200 }), wait);
    expect(await plane.cli("pod", "delete", "acme/small", "--yes", "--wait")).toMatchObject({ code: 0 });
    expect(processTraces(plane.home, plane.uids)).toEqual([]);
  });
});

describe.skipIf(!mayMount)("C3 P5 deployments on a disk that is full", { timeout: 600_000 }, () => {
  let plane: Installation;
  let sources: string;
  let takeOff: (() => void)[] = [];
  const folders: string[] = [];

  beforeAll(async () => {
    plane = await makeInstallation("process");
    sources = join(plane.home.root, "sources");
    takeOff = [smallDisk(sources, 3072, "0700"), smallDisk(plane.home.pods, 16_384, "0711")];
    await plane.start();
    await plane.cli("tenant", "create", "acme");
  }, 300_000);
  afterAll(async () => {
    await plane?.stop();
    for (const take of takeOff) take();
    await plane?.destroy();
    for (const folder of folders) await rm(folder, { recursive: true, force: true });
  }, 300_000);

  const project = async (changes: Record<string, string>): Promise<string> => {
    const folder = await codeProject("here", changes);
    folders.push(folder);
    return folder;
  };
  const parts = () =>
    readdirSync(sources, { recursive: true, withFileTypes: true }).filter((each) => each.isFile() && each.name.endsWith(".part"));

  it("an upload that does not fit is refused with a sentence; once it fits it is looked for room to build, and deployed", async () => {
    // As random as text can be: 2 MB of it do not fit beside what was sent.
    const folder = await project({ "ballast.txt": randomBytes(1_500_000).toString("base64") });
    const told = await plane.cli("deploy", folder, "--name", "large");
    expect([told.code, told.stderr]).toEqual([8, expect.stringMatching(/^ERROR unavailable: The disk is full: the source was not kept/)]);
    expect(await plane.json("pod", "list")).toEqual([]);
    await writeFile(join(folder, "ballast.txt"), "small");
    const early = JSON.parse((await plane.cli("deploy", folder, "--name", "large", "-o", "json")).stdout);
    expect([early.step, early.message]).toEqual([
      "room",
      expect.stringMatching(/^Step room failed: Only \d+ MB are free .* so nothing was begun\./),
    ]);
    expect(await plane.cli("clean-up", "policy", "--free", "0")).toMatchObject({ code: 0 });
    expect(await plane.cli("deploy", folder, "--name", "large")).toMatchObject({ code: 0 });
    expect(await plane.get("large-acme.localhost")).toEqual({ status: 200, body: "here" });
    expect(parts().length).toBeLessThanOrEqual(1);
  });

  it("a build that fills the disk fails with what to do; nothing of it stays, what serves serves on, and there is room again", async () => {
    // What it says goes to the same disk: there is room for that again by then.
    const fill =
      'const fs = require("node:fs"); try { for (;;) fs.appendFileSync("ballast", Buffer.alloc(1024 * 1024, 1)); } catch (error) { fs.rmSync("ballast"); throw error; }\n';
    const folder = await project({ "agentpod.yaml": "build: node fill.js\n", "fill.js": fill });
    const done = await plane.cli("deploy", folder, "--name", "filling", "-o", "json");
    expect(done.code).not.toBe(0);
    expect(JSON.parse(done.stdout)).toMatchObject({
      ...{ state: "failed", step: "install" },
      message: expect.stringMatching(/node fill\.js ended with exit code 1\. The disk is full: free some space \(agentpod clean-up run\)/),
    });
    expect(await plane.get("large-acme.localhost")).toEqual({ status: 200, body: "here" });
    expect(
      (await plane.json<{ name: string }[]>("pod", "list")).map(({ name }) => name).filter((name) => name.startsWith("filling")),
    ).toEqual([]);
    await writeFile(join(folder, "fill.js"), "\n");
    expect(await plane.cli("deploy", folder, "--name", "filling")).toMatchObject({ code: 0 });
    expect(await plane.get("filling-acme.localhost")).toEqual({ status: 200, body: "here" });
  });
});
