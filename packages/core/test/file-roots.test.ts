import { describe, expect, it } from "vitest";
import { podFilePath } from "../src/api/pod-file-view.ts";
import { filePlace, fileRoots } from "../src/file-roots.ts";

const unit = {
  name: "app",
  volumes: [
    { name: "data", path: "/data", access: "exclusive" as const },
    { name: "uploads", path: "/app/uploads/", access: "shared" as const },
  ],
  code: { artifact: "sha256:0", path: "/app" },
  workdir: "/app/server",
};

const pod = { id: "p1", held: null, volumeCopies: {} };

describe("W3 where the files of a unit begin", () => {
  it("is at its volumes and its code; a working directory within them is none of its own", () => {
    expect(fileRoots(pod, unit).map(({ kind, path }) => [kind, path])).toEqual([
      ["volume", "/data"],
      ["volume", "/app/uploads"],
      ["code", "/app"],
    ]);
  });

  it.each([
    [undefined, "/srv", [["workdir", "/srv"]]],
    [undefined, undefined, []],
    // All of the image is nobody's folder.
    [undefined, "/", []],
  ])("with code %j and working directory %j", (code, workdir, expected) => {
    const roots = fileRoots(pod, { name: "app", volumes: [], code, workdir });
    expect(roots.map(({ kind, path }) => [kind, path])).toEqual(expected);
  });

  it.each([
    ["/data", "/data", ""],
    ["/data/a/b.txt", "/data", "a/b.txt"],
    ["/app/index.js", "/app", "index.js"],
    ["/app/uploads/x", "/app/uploads", "x"],
    ["/app/uploads", "/app/uploads", ""],
    ["/app/uploadsnot/x", "/app", "uploadsnot/x"],
  ])("%s lies below %s", (path, root, rest) => {
    expect(filePlace(fileRoots(pod, unit), path)).toMatchObject({ root: { path: root }, path: rest });
  });

  it.each(["/etc/passwd", "/", "/database", "/dat"])("%s lies below none", (path) => {
    expect(() => filePlace(fileRoots(pod, unit), path)).toThrow(/lies below none of the unit's folders \(\/data, /);
  });
});

describe("P9 paths that clients say", () => {
  it.each([
    ["/data", "/data"],
    ["/data/", "/data"],
    ["/data//a///b", "/data/a/b"],
    ["/", "/"],
    ["/data/a b/ö.txt", "/data/a b/ö.txt"],
    ["/data/...", "/data/..."],
  ])("%j is %j", (path, expected) => expect(podFilePath.parse(path)).toBe(expected));

  it.each(["", "data", "./data", "/data/..", "/data/../etc", "/..", "/data/./a", "/data/\0", `/${"a".repeat(2000)}`])(
    "%j is refused",
    (path) => expect(podFilePath.safeParse(path).success).toBe(false),
  );
});
