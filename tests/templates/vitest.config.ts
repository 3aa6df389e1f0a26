import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { globalSetup: "./test/shared-binaries.ts", testTimeout: 60_000, hookTimeout: 60_000, maxWorkers: 2 },
});
