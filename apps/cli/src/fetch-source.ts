import type { FetchSourceRequest, SourceView } from "@agentpod/core/api/source-view";
import { AppError } from "@agentpod/core/errors";
import type { Cli } from "./cli.ts";
import { readText } from "./read-text.ts";

export interface RemoteOptions {
  ref?: string;
  tokenFile?: string;
  user?: string;
  keyFile?: string;
  knownHosts?: string;
}

/** Has the server take code from a repository. Throws `not_found` for what is no address of one. */
export async function fetchSource(cli: Cli, tenant: string, url: string, options: RemoteOptions): Promise<SourceView> {
  const { ref, knownHosts } = options;
  if (!/:/.test(url)) throw new AppError("not_found", `there is no folder and no archive ${url}, and it is no address of a repository`);
  const client = await cli.client();
  const credentials = await repositoryLogin(options);
  cli.out.progress(`fetching ${url}`);
  const request = { url, ...(ref !== undefined && { ref }), ...(credentials && { credentials }) };
  return client.sources.fetch(
    tenant,
    knownHosts === undefined ? request : { ...request, knownHosts: await readText(knownHosts) },
    cli.signal,
  );
}

/** What a private repository is read with; undefined where none is. Throws `invalid` for two. */
export async function repositoryLogin({ tokenFile, user, keyFile }: RemoteOptions): Promise<FetchSourceRequest["credentials"]> {
  if (tokenFile !== undefined && keyFile !== undefined) throw new AppError("invalid", "give --token-file or --key-file, not both");
  if (tokenFile !== undefined) return { kind: "token", token: (await readText(tokenFile)).trim(), ...(user !== undefined && { user }) };
  return keyFile === undefined ? undefined : { kind: "key", key: await readText(keyFile) };
}
