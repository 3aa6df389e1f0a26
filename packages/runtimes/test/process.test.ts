import { runtimeConformance } from "../src/conformance.ts";
import { processRig } from "./process-rig.ts";

runtimeConformance("process", () => processRig());
