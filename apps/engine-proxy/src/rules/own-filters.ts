import { AppError } from "@agentpod/core/errors";
import { label } from "@agentpod/runtimes/docker/names";
import { z } from "zod";
import type { Ground } from "../rule.ts";

const filters = z.strictObject({
  label: z.array(z.string().max(300)).max(10).optional(),
  type: z.tuple([z.literal("container")]).optional(),
  event: z.array(z.string().max(40)).max(20).optional(),
});

/** The filters of a list or of events with the label of this installation among them, or those of AgentPod's own containers. */
export async function ownFilters(text: string | undefined, { pin, objects }: Ground): Promise<string> {
  const { data, error } = filters.safeParse(text === undefined ? {} : parsed(text));
  if (error) throw new AppError("forbidden", `filters.${error.issues[0]?.path.join(".")}: ${error.issues[0]?.message}`);
  const labels = data.label ?? [];
  if (labels.some((one) => one === label.attach || one.startsWith(`${label.attach}=`)))
    return JSON.stringify({ ...data, label: await objects.ownLabels() });
  const key = `${label.installation}=`;
  for (const one of labels) if (one.startsWith(key)) pin.check(one.slice(key.length));
  const installation = pin.current();
  if (installation === null) throw new AppError("forbidden", "no installation has asked yet");
  return JSON.stringify({ ...data, label: [...new Set([...labels, key + installation])] });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError("invalid", "the filters are no JSON", { cause });
  }
}
