import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { projects: ["packages/*", "apps/*", "tests/*", "scripts/vitest.config.ts"] },
});
