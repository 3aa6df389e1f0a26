import type { Gateway } from "@agentpod/core/route-table";

/** A gateway in front of the embedded one, which goes on to do what the other cannot. */
export interface FrontGateway extends Gateway {
  /** Takes what is AgentPod's out of the other gateway; nothing of anybody else's. Nothing there: no effect. */
  retire(): Promise<void>;
}
