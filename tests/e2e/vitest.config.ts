import { defineConfig } from "vitest/config";

// Each file is a whole AgentPod: two at a time, for most of it is waiting for programs to start and to be started anew.
export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 120_000,
    hookTimeout: 240_000,
    maxWorkers: 2,
    sequence: { groupOrder: 1 },
    chaiConfig: { truncateThreshold: 0 },
  },
});
