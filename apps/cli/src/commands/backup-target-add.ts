import type { AddBackupTargetRequest } from "@agentpod/core/api/pod-backup-view";
import { s3Credentials } from "@agentpod/core/backup-target";
import { AppError } from "@agentpod/core/errors";
import type { Cli } from "../cli.ts";
import { readData } from "../read-data.ts";

export interface Options {
  tenant?: string;
  folder?: string;
  endpoint?: string;
  bucket?: string;
  region?: string;
  prefix?: string;
  virtualHost?: boolean;
  credentials?: string;
}

export async function run(cli: Cli, [name = ""]: string[], options: Options): Promise<void> {
  const { tenant, credentials } = options;
  const keys = credentials === undefined ? undefined : s3Credentials.safeParse(await readData(credentials));
  if (keys?.success === false) throw new AppError("invalid", `${credentials} must hold accessKeyId and secretAccessKey, and nothing else`);
  const target = await (await cli.client()).podBackups.addTarget(tenant ?? null, {
    name,
    config: configOf(options),
    ...(keys?.data && { credentials: keys.data }),
  });
  cli.out.show(target, `Backups can be put to ${target.name}: it was written to, read and cleared.`);
}

function configOf({ folder, endpoint, bucket, region, prefix, virtualHost = false }: Options): AddBackupTargetRequest["config"] {
  if (folder !== undefined && endpoint === undefined && bucket === undefined) return { kind: "folder", path: folder };
  if (folder !== undefined || endpoint === undefined || bucket === undefined)
    throw new AppError("invalid", "give --folder, or --endpoint and --bucket");
  return {
    ...{ kind: "s3", endpoint, bucket, pathStyle: !virtualHost },
    ...(region !== undefined && { region }),
    ...(prefix !== undefined && { prefix }),
  };
}
