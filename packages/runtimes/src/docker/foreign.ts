import type { ForeignContainer } from "@agentpod/core/adopt";
import { bounded } from "./bounded.ts";
import type { DriverContext } from "./driver-context.ts";
import { isStatus, toDriverError } from "./engine-error.ts";
import { type ForeignDetails, type ForeignImage, foreignOf } from "./foreign-details.ts";
import { label } from "./names.ts";

interface Listed {
  Id: string;
  Labels: Record<string, string>;
}

const atOnce = 8;

/** Containers that are neither this installation's nor AgentPod's own parts; with a name or id that one alone. */
export async function listForeign(
  context: Pick<DriverContext, "engine" | "installation">,
  name: string | null,
): Promise<ForeignContainer[]> {
  const { engine } = context;
  try {
    const networks = await networkOwners(context);
    const ids = name === null ? await foreignIds(context) : [name];
    const images = new Map<string, Promise<ForeignImage | null>>();
    const imageOf = (id: string): Promise<ForeignImage | null> => {
      const known = images.get(id) ?? orNull(engine.call<ForeignImage>("GET", `/images/${id}/json`));
      images.set(id, known);
      return known;
    };
    const found = await bounded(ids, atOnce, async (id) => {
      const details = await orNull(engine.call<ForeignDetails>("GET", `/containers/${encodeURIComponent(id)}/json`));
      return details && !isOwn(context, details.Config.Labels ?? {}) ? foreignOf(details, await imageOf(details.Image), networks) : null;
    });
    return found.filter((one) => one !== null).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    throw toDriverError(error, "The containers of this machine could not be listed");
  }
}

async function foreignIds(context: Pick<DriverContext, "engine" | "installation">): Promise<string[]> {
  const all = await context.engine.call<Listed[]>("GET", "/containers/json", { query: { all: true } });
  return all.filter(({ Labels }) => !isOwn(context, Labels)).map(({ Id }) => Id);
}

/** Ours, or AgentPod's own part. What is started by hand from an image of ours has its pod's label too, and no unit's. */
function isOwn({ installation }: Pick<DriverContext, "installation">, labels: Record<string, string>): boolean {
  if (labels[label.attach] !== undefined) return true;
  return labels[label.installation] === installation && (labels[label.unit] !== undefined || labels[label.pod] === undefined);
}

/** Installation by network name, of networks that an AgentPod made. */
async function networkOwners({ engine }: Pick<DriverContext, "engine">): Promise<Map<string, string>> {
  const query = { filters: JSON.stringify({ label: [label.installation] }) };
  const found = await engine.call<{ Name: string; Labels: Record<string, string> | null }[]>("GET", "/networks", { query });
  return new Map(found.map(({ Name, Labels }) => [Name, Labels?.[label.installation] ?? ""]));
}

/** Null where it is gone. */
async function orNull<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (isStatus(error, 404)) return null;
    throw error;
  }
}
