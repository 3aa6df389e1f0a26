import { defineConfig } from "vitest/config";

// Real processes and sockets on a machine that may be busy: a slow answer is no wrong one.
export default defineConfig({ test: { include: ["test/**/*.test.ts"], testTimeout: 60_000, hookTimeout: 60_000, maxWorkers: 2 } });
