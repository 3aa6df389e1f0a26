import { defineConfig } from "vitest/config";

// Each file is a whole AgentPod and a browser: two at a time, after what is quicker.
export default defineConfig({
  test: { include: ["test/**/*.test.ts"], testTimeout: 120_000, hookTimeout: 600_000, maxWorkers: 2, sequence: { groupOrder: 2 } },
});
