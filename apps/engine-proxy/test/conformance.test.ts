import { runtimeConformance } from "@agentpod/runtimes/conformance";
import { describe } from "vitest";
import { proxiedRuntime } from "./proxied-runtime.ts";
import { engineSocket } from "./proxy-rig.ts";

const engine = await engineSocket();

/** Whatever the driver needs passes the proxy: the whole suite. */
describe.skipIf(engine === null)("P18 the docker runtime behind the engine proxy (skipped where no engine answers)", () => {
  if (engine !== null) runtimeConformance("docker behind its proxy", () => proxiedRuntime(engine));
});
