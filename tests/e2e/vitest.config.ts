import { defineConfig } from "vitest/config";

// One installation at a time: each is a whole AgentPod, and a busy machine tells nothing of recovery times.
export default defineConfig({
  test: { include: ["test/**/*.test.ts"], testTimeout: 120_000, hookTimeout: 120_000, fileParallelism: false, sequence: { groupOrder: 1 } },
});
