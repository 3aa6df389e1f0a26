import { AppError } from "@agentpod/core/errors";

export interface PodName {
  tenant: string;
  pod: string;
}

/** Splits `<tenant>/<pod>`. Throws `invalid`. */
export function parsePodName(text: string): PodName {
  const [tenant, pod, ...rest] = text.split("/");
  if (tenant === undefined || pod === undefined || tenant === "" || pod === "" || rest.length > 0) {
    throw new AppError("invalid", `${text} is no pod name; write <tenant>/<pod>, such as acme/web`);
  }
  return { tenant, pod };
}
