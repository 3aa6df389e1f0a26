import { type Fence, isBench, isCode, linesMatching } from "./fence.ts";

/** What a process is told comes in at one place, `env.ts`, parsed and typed. */
export const environment: Fence = (file) => {
  if (!isCode(file.path) || isBench(file.path) || /(^|\/)env\.ts$/.test(file.path)) return [];
  const message = "the environment is read in env.ts alone; pass the value in";
  return [
    ...linesMatching(file, /\bprocess\.env\b/, message),
    ...linesMatching(file, /import\s*\{[^}]*\benv\b[^}]*\}\s*from\s*["']node:process["']/, message),
  ];
};
