import type { DumpView } from "@agentpod/core/api/dump-view";
import { AppError } from "@agentpod/core/errors";
import type { Cli } from "./cli.ts";
import { parsePodName } from "./pod-name.ts";

/** The kept dump of a pod's database whose id begins so; without an id the newest whole one. Throws `not_found`, and `invalid` where several do. */
export async function findDump(cli: Cli, name: string, id: string | undefined): Promise<DumpView> {
  const { tenant, pod } = parsePodName(name);
  const all = await (await cli.client()).databases.dumps(tenant, { pod });
  const found = id === undefined ? all.filter(({ state }) => state === "ready").slice(0, 1) : all.filter((one) => one.id.startsWith(id));
  const [dump] = found;
  if (dump === undefined)
    throw new AppError(
      "not_found",
      id === undefined ? `no dump of ${name} is kept yet; agentpod db dumps create ${name}` : `no dump ${id} of ${name} is kept`,
    );
  if (found.length > 1) throw new AppError("invalid", `${found.length} dumps of ${name} begin with ${id}; give more of its id`);
  return dump;
}
