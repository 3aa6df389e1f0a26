import { defineConfig } from "vitest/config";

// A real authority beside every file: a busy machine answers slowly, which is no wrong answer.
export default defineConfig({ test: { include: ["test/**/*.test.ts"], testTimeout: 60_000, hookTimeout: 60_000, maxWorkers: 2 } });
