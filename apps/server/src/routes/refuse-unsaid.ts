import { AppError } from "@agentpod/core/errors";
import { type Pod, podLabel } from "@agentpod/core/pod";
import type { Store } from "@agentpod/core/store";

/** Throws `invalid` for the deletion of an adopted pod of which nobody has said what becomes of what its container brought along. */
export async function refuseUnsaid(store: Store, pod: Pod): Promise<void> {
  const adopted = await store.adoptions.find(pod.id);
  if (!adopted || pod.desired === "deleted") return;
  const brought = adopted.volumes.length > 0 ? adopted.volumes.join(", ") : "none";
  throw new AppError(
    "invalid",
    `Pod ${podLabel(pod)} was adopted, and deleting it ends its container. Say what becomes of the volumes that it brought (${brought}): ` +
      "--keep-data or --delete-data; or give the container back with agentpod migrate release.",
    { issues: [{ path: "keepData", expected: "true or false" }] },
  );
}
