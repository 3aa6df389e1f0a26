import type { Cli } from "../cli.ts";
import { podTable } from "../pod-table.ts";
import { plainTable } from "../render-table.ts";

export async function run(cli: Cli, [name = ""]: string[]): Promise<void> {
  const tenant = await (await cli.client()).tenants.status(name);
  const phases = Object.entries(tenant.phases).map(([phase, count]) => `${count} ${phase}`);
  const summary = `Tenant ${tenant.name} is ${tenant.state}: ${tenant.pods.length} pod(s)${phases.length === 0 ? "" : ` (${phases.join(", ")})`}, ${tenant.healthy} healthy.`;
  cli.out.show(tenant, tenant.pods.length === 0 ? summary : `${summary}\n${plainTable(podTable(tenant.pods))}`);
}
