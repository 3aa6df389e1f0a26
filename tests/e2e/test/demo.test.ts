import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { engineAnswers } from "../src/engine.ts";

const runtimes = [
  { runtime: "process", isHere: process.platform === "linux" },
  { runtime: "docker", isHere: engineAnswers() },
];

describe("P1 npm run demo", () => {
  for (const { runtime, isHere } of runtimes)
    it(`plays the whole loop on ${runtime}`, { skip: !isHere }, () => {
      const demo = join(import.meta.dirname, "../src/demo.ts");
      const { status, stdout, stderr } = spawnSync(process.execPath, [demo], {
        encoding: "utf8",
        env: { ...process.env, AGENTPOD_RUNTIME: runtime },
      });
      expect(status, stderr).toBe(0);
      expect(stdout).toContain(`the ${runtime} runtime`);
      expect(stdout).toContain("It is back and answers");
      expect(stdout).toContain("The URL goes on answering without it");
      expect(stdout).toContain("Its URL answers 404. Nothing of it is left.");
    });
});
