import type { PodSpec } from "../pod-spec.ts";
import { gatewayUnit } from "./agents/gateway-unit.ts";

/** Which product's pages a pod has, by what runs in it, wherever it came from; null: none's but a pod's own. */
export const productOf = (spec: Pick<PodSpec, "units">): "agent" | null => (gatewayUnit(spec) === null ? null : "agent");
