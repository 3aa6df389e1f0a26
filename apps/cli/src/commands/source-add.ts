import { stat } from "node:fs/promises";
import type { SourceView } from "@agentpod/core/api/source-view";
import { AppError } from "@agentpod/core/errors";
import type { Cli } from "../cli.ts";
import { fetchSource, type RemoteOptions } from "../fetch-source.ts";
import { megabytes } from "../format-values.ts";
import { uploadSource } from "../upload-source.ts";

export async function run(cli: Cli, [tenant = "", place = ""]: string[], options: RemoteOptions): Promise<void> {
  const source = (await stat(place).catch(() => null))
    ? await local(cli, tenant, place, options)
    : await fetchSource(cli, tenant, place, options);
  const lines = [
    `${source.digest}  ${source.files} files, ${source.bytes < 1024 * 1024 ? `${Math.ceil(source.bytes / 1024)} kB` : megabytes(source.bytes)}${source.commit ? `, commit ${source.commit}` : ""}`,
    ...source.notices,
  ];
  cli.out.show(source, lines.join("\n"));
}

async function local(cli: Cli, tenant: string, place: string, options: RemoteOptions): Promise<SourceView> {
  const [given] = Object.keys(options).filter((key) => ["ref", "tokenFile", "user", "keyFile", "knownHosts"].includes(key));
  if (given !== undefined)
    throw new AppError("invalid", `${place} is on this machine; --ref and credentials are for addresses of repositories`);
  return uploadSource(await cli.client(), tenant, place, cli.out.progress, cli.signal);
}
