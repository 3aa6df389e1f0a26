import { type Fence, isCode, linesMatching } from "./fence.ts";

/** Tests run the real thing, all of them. `skipIf` with a reason that the machine gives is allowed. */
export const testHonesty: Fence = (file) =>
  isCode(file.path)
    ? [
        ...linesMatching(file, /\b(vi|jest)\.(do|un)?mock\(/i, "no module is mocked; run the real one, or pass another in"),
        ...linesMatching(file, /\b(describe|test|it)(\.\w+)*\.(only|skip|todo)\b/, "no test is left out; mend it or delete it"),
      ]
    : [];
