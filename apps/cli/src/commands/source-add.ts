import { stat } from "node:fs/promises";
import type { SourceView } from "@agentpod/core/api/source-view";
import { AppError } from "@agentpod/core/errors";
import type { Cli } from "../cli.ts";
import { megabytes } from "../format-values.ts";
import { readText } from "../read-text.ts";
import { uploadSource } from "../upload-source.ts";

interface Options {
  ref?: string;
  tokenFile?: string;
  user?: string;
  keyFile?: string;
  knownHosts?: string;
}

export async function run(cli: Cli, [tenant = "", place = ""]: string[], options: Options): Promise<void> {
  const source = (await stat(place).catch(() => null))
    ? await local(cli, tenant, place, options)
    : await remote(cli, tenant, place, options);
  const lines = [
    `${source.digest}  ${source.files} files, ${source.bytes < 1024 * 1024 ? `${Math.ceil(source.bytes / 1024)} kB` : megabytes(source.bytes)}${source.commit ? `, commit ${source.commit}` : ""}`,
    ...source.notices,
  ];
  cli.out.show(source, lines.join("\n"));
}

async function local(cli: Cli, tenant: string, place: string, options: Options): Promise<SourceView> {
  const [given] = Object.keys(options).filter((key) => ["ref", "tokenFile", "user", "keyFile", "knownHosts"].includes(key));
  if (given !== undefined)
    throw new AppError("invalid", `${place} is on this machine; --ref and credentials are for addresses of repositories`);
  return uploadSource(await cli.client(), tenant, place, cli.out.progress, cli.signal);
}

async function remote(cli: Cli, tenant: string, url: string, { ref, tokenFile, user, keyFile, knownHosts }: Options): Promise<SourceView> {
  if (!/:/.test(url)) throw new AppError("not_found", `there is no folder and no archive ${url}, and it is no address of a repository`);
  if (tokenFile !== undefined && keyFile !== undefined) throw new AppError("invalid", "give --token-file or --key-file, not both");
  const client = await cli.client();
  const credentials =
    tokenFile !== undefined
      ? { kind: "token" as const, token: (await readText(tokenFile)).trim(), ...(user !== undefined && { user }) }
      : keyFile !== undefined
        ? { kind: "key" as const, key: await readText(keyFile) }
        : undefined;
  cli.out.progress(`fetching ${url}`);
  const request = { url, ...(ref !== undefined && { ref }), ...(credentials && { credentials }) };
  return client.sources.fetch(
    tenant,
    knownHosts === undefined ? request : { ...request, knownHosts: await readText(knownHosts) },
    cli.signal,
  );
}
