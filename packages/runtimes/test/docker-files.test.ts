import type { FileRoot, UnitRun } from "@agentpod/core/runtime";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Bench, makeBench } from "../src/conformance/bench.ts";
import { runIn } from "./docker-bench.ts";
import { dockerRig, engineForTests } from "./docker-rig.ts";

const found = await engineForTests();
const root: FileRoot = { kind: "code", path: "/app" };

describe.skipIf(!found)("P6 files of an image without tools (skipped without an engine)", { timeout: 60_000 }, () => {
  let bench: Bench;
  let run: UnitRun;
  beforeAll(async () => {
    bench = await makeBench(await dockerRig((found as NonNullable<typeof found>).address));
    run = await bench.run();
    await bench.start(run);
    const made =
      "const fs = require('node:fs'); fs.mkdirSync('/app/own/deep', { recursive: true }); fs.writeFileSync('/app/own/deep/x', 'x'); fs.writeFileSync('/app/own/a', 'alpha'); fs.symlinkSync('/etc/passwd', '/app/own/out');";
    expect((await runIn(bench.runtime, run.id, ["node", "-e", made])).code).toBe(0);
    expect((await runIn(bench.runtime, run.id, ["rm", "-f", "/usr/bin/find", "/bin/find", "/usr/bin/rm", "/bin/rm"])).code).toBe(0);
  });
  afterAll(async () => {
    await bench?.clear();
    await bench?.rig.close();
  });

  it("are listed from what the engine gives", async () => {
    const { entries, isWhole } = await bench.runtime.listFiles(run.id, { root, path: "own" });
    expect(isWhole).toBe(true);
    expect(entries.map(({ name, kind, bytes }) => [name, kind, bytes]).toSorted()).toEqual([
      ["a", "file", 5],
      ["deep", "folder", 0],
      ["out", "link", 0],
    ]);
  });

  it("a link out of the folder is not followed", async () => {
    await expect(bench.runtime.locate(run.id, { root, path: "own/out" })).rejects.toMatchObject({ code: "invalid" });
  });

  it("what cannot be deleted is said, and stays", async () => {
    await expect(bench.runtime.removeFiles(run.id, { root, path: "own/a" })).rejects.toMatchObject({
      code: "invalid",
      message: expect.stringMatching(/no program rm/),
    });
    expect((await bench.runtime.listFiles(run.id, { root, path: "own" })).entries.map((one) => one.name)).toContain("a");
  });
});
