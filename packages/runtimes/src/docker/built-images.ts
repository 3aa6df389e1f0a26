import type { DriverContext } from "./driver-context.ts";
import { isStatus, toDriverError } from "./engine-error.ts";
import { label } from "./names.ts";

interface ImageSummary {
  Id: string;
  RepoTags: string[] | null;
  Labels: Record<string, string> | null;
}

type Where = Pick<DriverContext, "engine" | "installation" | "sharedImages">;

/**
 * Deletes all images built for a pod, what is left of builds that failed, and those that pods have together once there is no such pod. Those
 * that a container still uses stay.
 */
export async function removeBuilt(where: Where, pod: string): Promise<void> {
  const images = await listBuilt(where, (labels) => labels[label.pod] === pod || labels[label.shared] !== undefined);
  for (const image of images) for (const name of namesOf(image)) await drop(where, image, name);
}

async function listBuilt({ engine, installation }: Where, isMeant: (labels: Record<string, string>) => boolean): Promise<ImageSummary[]> {
  // By one label: Podman 4 finds no image by two.
  const query = { filters: JSON.stringify({ label: [`${label.installation}=${installation}`] }) };
  const found = await engine.call<ImageSummary[]>("GET", "/images/json", { query });
  return found.filter(({ Labels }) => Labels?.[label.installation] === installation && isMeant(Labels));
}

const isName = (name: string): boolean => name !== "<none>:<none>";
const isNamed = (names: string[] | null): boolean => names?.some(isName) ?? false;

function namesOf({ Id, RepoTags }: ImageSummary): string[] {
  return isNamed(RepoTags) ? (RepoTags ?? []).filter(isName) : [Id];
}

function drop(where: Where, { Labels }: ImageSummary, name: string): Promise<void> {
  const remove = () => deleteImage(where, name);
  return Labels?.[label.shared] === undefined ? remove() : where.sharedImages.drop(name, remove);
}

async function deleteImage({ engine }: Pick<Where, "engine">, name: string): Promise<void> {
  try {
    await engine.call("DELETE", `/images/${name}`);
  } catch (error) {
    if (!isStatus(error, 404, 409)) throw toDriverError(error, `Image ${name} could not be removed`);
  }
}
