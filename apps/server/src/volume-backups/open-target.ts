import { join } from "node:path";
import { folderTarget } from "@agentpod/backup/folder-target";
import type { Target } from "@agentpod/backup/target";
import type { S3Credentials, TargetConfig } from "@agentpod/core/backup-target";
import { AppError } from "@agentpod/core/errors";
import { guardedRequest } from "../outbound/guarded-request.ts";
import type { VolumeBackupDeps } from "./volume-backup-deps.ts";

/** A target by its id; null: the folder of the home. Nothing is asked of it yet. `not_found` where it was removed. */
export async function openTarget(deps: Pick<VolumeBackupDeps, "database" | "home" | "guard">, id: string | null): Promise<Target> {
  if (id === null) return folderTarget(join(deps.home.backups, "pods"), true);
  const { config, credentials } = await deps.database.asSystem(async (store) => ({
    config: (await store.backupTargets.getById(id)).config,
    credentials: await store.backupTargets.reveal(id),
  }));
  return targetOf(deps, config, credentials);
}

/** Loaded at the first use: an installation without S3 pays no memory for it. */
export async function targetOf(
  { guard }: Pick<VolumeBackupDeps, "guard">,
  config: TargetConfig,
  credentials: S3Credentials | null,
): Promise<Target> {
  if (config.kind === "folder") return folderTarget(config.path, false);
  if (credentials === null) throw new AppError("invalid", "An S3 target needs an access key: add it anew with one.");
  const { s3Target } = await import("@agentpod/backup/s3-target");
  return s3Target(config, credentials, (request) => guardedRequest(guard, request));
}

/** A target of the installation by its name. As `openTarget`. */
export async function openInstallationTarget(deps: Pick<VolumeBackupDeps, "database" | "home" | "guard">, name: string): Promise<Target> {
  const { id } = await deps.database.asSystem((store) => store.backupTargets.get(null, name));
  return openTarget(deps, id);
}
