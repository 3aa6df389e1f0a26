import { describe, expect, test } from "vitest";
import { agentpodManifest } from "../src/products/code/agentpod-manifest.ts";

describe("C4 agentpod.yaml", () => {
  test("leaves no command out: more than there may be are refused", () => {
    const build = Array.from({ length: 50 }, (_, i) => ["make", `part-${i}`]);
    expect(agentpodManifest.parse({ build }).build).toEqual(build);
    expect(agentpodManifest.safeParse({ build: [...build, "make all"] }).error?.issues).toMatchObject([
      { path: ["build"], message: "at most 50 commands" },
    ]);
  });
});
