import { describe, it } from "vitest";
import { terminalsOn } from "./terminals-on.ts";
import { dockerUnits } from "./units.ts";

const units = await dockerUnits();

if (units) terminalsOn(async () => units);
else
  describe("F3 terminals in containers", () => {
    it("needs a container engine", ({ skip }) => skip("no container engine answers on this machine"));
  });
