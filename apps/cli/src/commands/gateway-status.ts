import type { GatewayView } from "@agentpod/core/api/gateway-view";
import type { Cli } from "../cli.ts";

export async function run(cli: Cli): Promise<void> {
  const view = await (await cli.client()).gateway.view();
  cli.out.show(view, describeGateway(view));
}

/** The gateway in use in words. */
export function describeGateway(view: GatewayView): string {
  const lines = [`Gateway ${view.inUse.kind}: ${view.message}`];
  if (view.servedVersion !== null) lines.push(`  route table ${view.servedVersion}`);
  lines.push(view.httpsPort === null ? "  no HTTPS" : `  HTTPS on port ${view.httpsPort}`);
  if (view.prepared !== null) lines.push(`  ${view.prepared.kind} comes into use once it asks for its configuration`);
  return lines.join("\n");
}
