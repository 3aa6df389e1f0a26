import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import type { FilePlace, FileRoot } from "@agentpod/core/runtime";
import { extract, type Header, pack } from "tar-stream";
import { describe, expect, it } from "vitest";
import { type Bench, observed } from "./bench.ts";

type Entry = Partial<Header> & Pick<Header, "name">;

/** Files as tar streams. */
export function filesConformance(bench: () => Bench): void {
  describe("P6 files", () => {
    it("come back as they were written, folders and modes too", async () => {
      const { runtime, start, run: make } = bench();
      const run = await make();
      await start(run);
      await runtime.writeFiles(
        run.id,
        "/app",
        archive([
          [{ name: "made", type: "directory", mode: 0o755 }, null],
          [{ name: "made/a.txt", mode: 0o640 }, "alpha"],
          [{ name: "made/deep/b.sh", mode: 0o755 }, "#!/bin/sh\n"],
        ]),
      );
      const files = await unpack(await runtime.readFiles(run.id, "/app/made"));
      expect(files).toMatchObject({ "made/a.txt": { body: "alpha", mode: 0o640 }, "made/deep/b.sh": { body: "#!/bin/sh\n", mode: 0o755 } });
      expect(await unpack(await runtime.readFiles(run.id, "/app/made/a.txt"))).toMatchObject({ "a.txt": { body: "alpha" } });
    });

    it("of a volume are written and read before the first start, its links whatever they point to", async () => {
      const { runtime, start, get, run: make } = bench();
      const { id, scope } = await make();
      const own = { id: { pod: id.pod, unit: "web", volume: "data.1" }, path: "/data" };
      const run = await make({ id, scope, volumes: [own] });
      const volume = { ...own, path: run.volumes[0]?.path ?? "" };
      await runtime.preparePod(run.scope);
      await runtime.prepareImage(run, () => {});
      await runtime.ensureVolume(volume.id, run.scope);
      await runtime.create(run);
      expect((await observed(runtime, run.id)).state).toBe("created");
      const root = await runtime.locate(run.id, { root: { kind: "volume", volume: volume.id, path: volume.path }, path: "" });
      const entries: [Entry, string | null][] = [
        [{ name: ".", type: "directory", mode: 0o755 }, null],
        [{ name: "a.txt", mode: 0o644 }, "alpha"],
        [{ name: "link", type: "symlink", linkname: "/somewhere/else" }, null],
      ];
      await runtime.writeFiles(run.id, root, archive(entries), "any");
      const behind: [Entry, string | null][] = [...entries, [{ name: "link/evil" }, "x"]];
      await expect(runtime.writeFiles(run.id, root, archive(behind), "any")).rejects.toMatchObject({ code: "invalid" });
      const read = Object.entries(await unpack(await runtime.readFiles(run.id, root)));
      expect(read.find(([name]) => name.endsWith("a.txt"))?.[1]).toMatchObject({ body: "alpha" });
      await start(run);
      expect(await get(run.id, `/read?path=${encodeURIComponent(`${volume.path}/a.txt`)}`)).toBe("alpha");
    });

    it("refuses entries and paths that lead outside", async () => {
      const { runtime, start, get, run: make } = bench();
      const run = await make();
      await start(run);
      const bad: [Entry, string | null][][] = [
        [[{ name: "../evil" }, "x"]],
        [[{ name: "/evil" }, "x"]],
        [[{ name: "a/../../evil" }, "x"]],
        [
          [{ name: "out", type: "symlink", linkname: "/tmp" }, null],
          [{ name: "out/evil" }, "x"],
        ],
        [[{ name: "up", type: "symlink", linkname: "../.." }, null]],
        [[{ name: "hard", type: "link", linkname: "../../etc/passwd" }, null]],
        [[{ name: "pipe", type: "fifo" }, null]],
      ];
      for (const entries of bad) {
        await expect(runtime.writeFiles(run.id, "/app", archive(entries)), JSON.stringify(entries)).rejects.toMatchObject({
          code: "invalid",
        });
      }
      await expect(runtime.writeFiles(run.id, "/app/..", archive([[{ name: "x" }, "x"]]))).rejects.toMatchObject({ code: "invalid" });
      await expect(runtime.readFiles(run.id, "/app/../etc")).rejects.toMatchObject({ code: "invalid" });
      expect(await get(run.id, "/read?path=/tmp/evil")).toBe("absent");
      expect(await observed(runtime, run.id)).toMatchObject({ state: "running" });
    });

    it("are listed and deleted below a folder of the unit, and links are told and not followed", async () => {
      const { runtime, start, run: make } = bench();
      const run = await make();
      await start(run);
      const root: FileRoot = { kind: "code", path: "/app" };
      const at = (path: string): FilePlace => ({ root, path });
      const awkward = "a name\nof two lines";
      await runtime.writeFiles(
        run.id,
        "/app",
        archive([
          [{ name: "kept", type: "directory", mode: 0o755 }, null],
          [{ name: "kept/a.txt", mode: 0o640 }, "alpha"],
          [{ name: `kept/${awkward}`, mode: 0o644 }, "beta"],
          [{ name: "kept/deep", type: "directory", mode: 0o750 }, null],
          [{ name: "kept/deep/er.txt" }, "gamma"],
          [{ name: "kept/way", type: "symlink", linkname: "deep" }, null],
        ]),
      );
      const listed = await runtime.listFiles(run.id, at("kept"));
      expect(listed.isWhole).toBe(true);
      expect(listed.entries.map(({ name, kind }) => [name, kind]).toSorted()).toEqual([
        [awkward, "file"],
        ["a.txt", "file"],
        ["deep", "folder"],
        ["way", "link"],
      ]);
      expect(listed.entries.find((one) => one.name === "a.txt")).toMatchObject({ bytes: 5, mode: 0o640 });
      expect((await runtime.listFiles(run.id, at(""))).entries.map((one) => one.name)).toContain("kept");

      const file = await runtime.locate(run.id, at("kept/a.txt"));
      expect(await unpack(await runtime.readFiles(run.id, file))).toMatchObject({ "a.txt": { body: "alpha" } });

      for (const bad of ["kept/way", "kept/way/er.txt"])
        await expect(runtime.locate(run.id, at(bad)), bad).rejects.toMatchObject({ code: "invalid" });
      for (const bad of ["..", "../etc", "kept/../../etc", "/etc"]) {
        await expect(runtime.locate(run.id, at(bad)), bad).rejects.toMatchObject({ code: "invalid" });
        await expect(runtime.listFiles(run.id, at(bad)), bad).rejects.toMatchObject({ code: "invalid" });
        await expect(runtime.removeFiles(run.id, at(bad)), bad).rejects.toMatchObject({ code: "invalid" });
      }
      await expect(runtime.listFiles(run.id, at("kept/way"))).rejects.toMatchObject({ code: "invalid" });
      await expect(runtime.listFiles(run.id, at("kept/a.txt"))).rejects.toMatchObject({ code: "invalid" });
      await expect(runtime.removeFiles(run.id, at("kept/way/er.txt"))).rejects.toMatchObject({ code: "invalid" });
      await expect(runtime.removeFiles(run.id, at(""))).rejects.toMatchObject({ code: "invalid" });
      for (const absent of ["kept/none", "kept/none/deeper", "kept/a.txt/under"]) {
        await expect(runtime.locate(run.id, at(absent)), absent).rejects.toMatchObject({ code: "not_found" });
        await expect(runtime.removeFiles(run.id, at(absent)), absent).rejects.toMatchObject({ code: "not_found" });
      }

      // The link goes, and not what it leads to; a folder goes with what is in it.
      await runtime.removeFiles(run.id, at("kept/way"));
      await runtime.removeFiles(run.id, at(`kept/${awkward}`));
      const deep = await runtime.locate(run.id, at("kept/deep/er.txt"));
      expect(await unpack(await runtime.readFiles(run.id, deep))).toMatchObject({ "er.txt": { body: "gamma" } });
      await runtime.removeFiles(run.id, at("kept/deep"));
      expect((await runtime.listFiles(run.id, at("kept"))).entries.map((one) => one.name)).toEqual(["a.txt"]);
    });

    it("of a volume are found under the path that the spec gives it, in whichever place the runtime keeps them", async () => {
      const { runtime, start, run: make } = bench();
      const base = await make();
      const volume = { pod: base.id.pod, unit: "web", volume: "data" };
      const run = await make({ ...base, volumes: [{ id: volume, path: "/data" }] });
      await start(run);
      const root: FileRoot = { kind: "volume", volume, path: "/data" };
      const folder = await runtime.locate(run.id, { root, path: "" });
      await runtime.writeFiles(run.id, folder, archive([[{ name: "note.txt" }, "kept"]]));
      expect((await runtime.listFiles(run.id, { root, path: "" })).entries.map((one) => one.name)).toContain("note.txt");
      expect(Object.keys(await unpack(await runtime.readFiles(run.id, folder))).map((name) => name.split("/").at(-1))).toContain(
        "note.txt",
      );
      await runtime.removeFiles(run.id, { root, path: "note.txt" });
      expect((await runtime.listFiles(run.id, { root, path: "" })).entries.map((one) => one.name)).not.toContain("note.txt");
      const other: FileRoot = { kind: "volume", volume: { ...volume, pod: "00000000-0000-4000-8000-000000000000" }, path: "/nowhere" };
      await expect(runtime.listFiles(run.id, { root: other, path: "" })).rejects.toMatchObject({ code: "not_found" });
    });

    it("says not_found for what is absent", async () => {
      const { runtime, start, run: make } = bench();
      const run = await make();
      await expect(runtime.readFiles(run.id, "/app")).rejects.toMatchObject({ code: "not_found" });
      await start(run);
      await expect(runtime.readFiles(run.id, "/app/nothing")).rejects.toMatchObject({ code: "not_found" });
      await expect(runtime.writeFiles(run.id, "/app/nothing", archive([[{ name: "x" }, "x"]]))).rejects.toMatchObject({
        code: "not_found",
      });
    });
  });
}

function archive(entries: [Entry, string | null][]): Readable {
  const tar = pack();
  for (const [header, body] of entries) {
    if (body === null) tar.entry(header);
    else tar.entry(header, body);
  }
  tar.finalize();
  return Readable.from(tar);
}

async function unpack(tar: NodeJS.ReadableStream): Promise<Record<string, { body: string; mode: number }>> {
  const files: Record<string, { body: string; mode: number }> = {};
  for await (const entry of tar.pipe(extract())) {
    const body = await text(entry);
    if (entry.header.type === "file") files[entry.header.name] = { body, mode: (entry.header.mode ?? 0) & 0o777 };
  }
  return files;
}
