import { defineConfig } from "vitest/config";

// Each file is a whole AgentPod and a browser: one at a time, after what is quicker.
export default defineConfig({
  test: { include: ["test/**/*.test.ts"], testTimeout: 120_000, hookTimeout: 240_000, fileParallelism: false, sequence: { groupOrder: 2 } },
});
