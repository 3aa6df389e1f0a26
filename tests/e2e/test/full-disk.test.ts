import { randomBytes } from "node:crypto";
import { readdirSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { PodView } from "@agentpod/core/api/pod-view";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
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
