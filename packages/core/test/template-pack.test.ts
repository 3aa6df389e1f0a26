import { describe, expect, test } from "vitest";
import { neededFolders, withArtifacts } from "../src/template-pack.ts";

const spec = {
  units: [
    { name: "a", code: { folder: "app", path: "/srv" } },
    { name: "b", build: { folder: "image", dockerfile: "Dockerfile" } },
    { name: "c", code: { artifact: "sha256:x" } },
  ],
};

describe("C3 folders beside a template become artifacts", () => {
  test("all are named with their place, and replaced by digests", () => {
    expect(neededFolders(spec)).toEqual([
      { folder: "app", path: "spec.units[0].code.folder" },
      { folder: "image", path: "spec.units[1].build.folder" },
    ]);
    expect(withArtifacts(spec, { app: "sha256:1", image: "sha256:2" })).toEqual({
      units: [
        { name: "a", code: { artifact: "sha256:1", path: "/srv" } },
        { name: "b", build: { artifact: "sha256:2", dockerfile: "Dockerfile" } },
        { name: "c", code: { artifact: "sha256:x" } },
      ],
    });
  });

  test.each(["/etc", "../x", "a/../../x", "", "a\\b", "a\0"])("P20 %j does not leave the template's folder", (folder) => {
    expect(() => neededFolders({ units: [{ code: { folder } }] })).toThrow(expect.objectContaining({ code: "invalid" }));
  });

  test("a folder that was not packed is refused", () => {
    expect(() => withArtifacts(spec, { app: "sha256:1" })).toThrow(/spec\.units\[1\]\.build\.folder/);
  });

  test.each([null, 3, {}, { units: 1 }, { units: [null, { code: null }] }])("%j has none", (odd) => {
    expect(neededFolders(odd)).toEqual([]);
  });
});
