import { AppError } from "@agentpod/core/errors";
import type { PodScope } from "@agentpod/core/runtime";
import { networkBody } from "./body.ts";
import { removeBuilt } from "./built-images.ts";
import type { DriverContext } from "./driver-context.ts";
import { isStatus, toDriverError } from "./engine-error.ts";
import { label, networkName } from "./names.ts";
import { listContainers, listNetworks } from "./observe.ts";
import { joinNetwork, leaveNetwork } from "./own-containers.ts";

interface NetworkDetails {
  Id: string;
  Internal: boolean;
  Labels: Record<string, string> | null;
  IPAM: { Config: { Subnet?: string }[] | null };
}

/** The pod's network, and the firewall around it. Twice: no effect. `conflict` when its subnet is taken. */
export async function preparePod(context: DriverContext, scope: PodScope): Promise<void> {
  const { firewall } = await context.surveyed();
  await ensureNetwork(context, scope);
  if (context.options.attach) await joinNetwork(context, networkName(context.installation, scope));
  // After the network: who takes the rules away looks for networks first.
  await firewall?.ensure();
}

async function ensureNetwork({ engine, installation, options }: DriverContext, scope: PodScope): Promise<void> {
  const body = networkBody(installation, scope);
  const what = `The network of ${scope.tenant}/${scope.name} could not be made`;
  const create = async (): Promise<boolean> => {
    try {
      await engine.call("POST", "/networks/create", { body });
      return true;
    } catch (error) {
      if (/already exists|network name .* already used/i.test((error as Error).message)) return false;
      throw toDriverError(error, what);
    }
  };
  if (await create()) return;
  const there = await engine.call<NetworkDetails>("GET", `/networks/${body.Name}`);
  if (there.Labels?.[label.installation] !== installation || there.Labels[label.pod] !== scope.pod) {
    throw new AppError("conflict", `${what}: ${body.Name} is there and not AgentPod's.`);
  }
  const isSame = there.Internal === body.Internal && there.IPAM.Config?.some(({ Subnet }) => Subnet === scope.subnet);
  if (isSame) return;
  if (options.attach) await leaveNetwork({ engine, installation, options }, body.Name);
  await deleteNetwork(engine, there.Id, `${what}: its subnet or egress changed while units are on it; stop them first`);
  if (!(await create())) throw new AppError("conflict", `${what}: someone else makes it at the same time.`);
}

/** Network and own images go; the firewall with the last pod. `conflict` while units are there. */
export async function removePod(context: DriverContext, pod: string): Promise<void> {
  const { engine, installation, options } = context;
  const [units, networks] = await Promise.all([
    listContainers(engine, installation, context.adopted, [pod]),
    listNetworks(engine, installation, [pod]),
  ]);
  // One that was taken over is on no network of ours, and may be on its way back.
  const own = units.filter(({ adoption }) => adoption === undefined);
  if (own.length > 0) throw new AppError("conflict", `The pod still has ${own.length} unit(s): remove them first.`);
  for (const { Name } of networks) {
    if (options.attach) await leaveNetwork(context, Name);
    await deleteNetwork(engine, Name, "The pod's network could not be removed");
  }
  context.sharedImages.release(pod);
  await removeBuilt(context, pod);
  if (networks.length === 0) return;
  const { firewall } = await context.surveyed();
  await firewall?.removeUnless(async () => (await listNetworks(engine, installation, null)).length > 0);
}

async function deleteNetwork(engine: DriverContext["engine"], network: string, what: string): Promise<void> {
  try {
    await engine.call("DELETE", `/networks/${network}`);
  } catch (error) {
    if (isStatus(error, 404)) return;
    if (/active endpoints|in use|still has connected/i.test((error as Error).message))
      throw new AppError("conflict", `${what}: it is in use.`, { cause: error });
    throw toDriverError(error, what);
  }
}
