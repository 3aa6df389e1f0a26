import { describe } from "vitest";
import { runtimeConformance } from "../src/conformance.ts";
import { dockerRig, engineForTests } from "./docker-rig.ts";

const found = await engineForTests();

describe.skipIf(!found)("P6 the docker runtime on a real engine (skipped where none answers)", () => {
  if (found) runtimeConformance(`docker (${found.where})`, () => dockerRig(found.address));
});
