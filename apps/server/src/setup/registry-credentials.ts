import { readFileSync } from "node:fs";
import { AppError } from "@agentpod/core/errors";

type Credentials = Record<string, { username: string; password: string }>;

/** Docker Hub's key in the files that `docker login` writes. */
const hub = "https://index.docker.io/v1/";

/** By registry host, from a file as `docker login` writes it. Throws `invalid` for one that cannot be read as such. */
export function readRegistryCredentials(path: string): Credentials {
  try {
    const { auths = {} } = JSON.parse(readFileSync(path, "utf8")) as { auths?: Record<string, { auth?: string }> };
    return Object.fromEntries(
      Object.entries(auths).flatMap(([host, { auth }]) => {
        const [username, ...password] = Buffer.from(auth ?? "", "base64")
          .toString("utf8")
          .split(":");
        return username && password.length > 0 ? [[host === hub ? "docker.io" : host, { username, password: password.join(":") }]] : [];
      }),
    );
  } catch (cause) {
    throw new AppError("invalid", `AGENTPOD_REGISTRY_CREDENTIALS: ${path} cannot be read as a file that docker login writes.`, { cause });
  }
}
