import { environment } from "./environment.ts";
import type { Fence } from "./fence.ts";
import { imports } from "./imports.ts";
import { leftovers } from "./leftovers.ts";
import { naming } from "./naming.ts";
import { noShell } from "./no-shell.ts";
import { productNames } from "./products.ts";
import { purity } from "./purity.ts";
import { size } from "./size.ts";
import { testHonesty } from "./test-honesty.ts";

export const allFences: readonly Fence[] = [imports, purity, size, productNames, noShell, testHonesty, environment, naming, leftovers];
