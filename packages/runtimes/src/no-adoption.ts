import { AppError } from "@agentpod/core/errors";
import type { Runtime } from "@agentpod/core/runtime";

const refuse = async (): Promise<never> => {
  throw new AppError("invalid", "Containers are adopted from a local container engine alone; this runtime has none.");
};

/** Of a driver that takes nothing over. */
export const noAdoption: Pick<Runtime, "foreign" | "adopt" | "release"> = { foreign: refuse, adopt: refuse, release: refuse };
