import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
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
