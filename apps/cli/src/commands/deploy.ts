import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { DeployRequest } from "@agentpod/core/api/deployment-view";
import type { SourceView } from "@agentpod/core/api/source-view";
import type { DeploySettings } from "@agentpod/core/deployment";
import { AppError } from "@agentpod/core/errors";
import { type NeedKind, needKinds } from "@agentpod/core/products/code/analysis";
import { applicationName } from "@agentpod/core/products/code/application-name";
import type { Cli } from "../cli.ts";
import { deployTenant } from "../deploy-tenant.ts";
import { describeDeployment } from "../describe-deployment.ts";
import { fetchSource, type RemoteOptions } from "../fetch-source.ts";
import { followDeployment } from "../follow-deployment.ts";
import { parseDuration } from "../parse-duration.ts";
import { type EnvironmentOptions, parseEnvironment } from "../parse-environment.ts";
import { presentBranch } from "../present-branch.ts";
import { uploadSource } from "../upload-source.ts";

export interface Options extends EnvironmentOptions, RemoteOptions {
  name?: string;
  tenant?: string;
  root?: string;
  runtime?: string;
  database?: string[];
  memory?: number;
  buildMemory?: number;
  buildMinutes?: number;
  /** True: named after the branch. */
  preview?: string | true;
  branch?: string;
  ttl?: string;
  wait: boolean;
}

export async function run(cli: Cli, [place = "."]: string[], options: Options): Promise<void> {
  const client = await cli.client();
  const isHere = (await stat(place).catch(() => null)) !== null;
  const name = options.name ?? nameOf(isHere ? resolve(place) : place);
  const environment = await parseEnvironment(options);
  const settings = settingsOf(options);
  const preview = await previewOf(options, isHere ? place : null);
  const tenant = await deployTenant(client, options.tenant, cli.out.progress);
  const source: SourceView = isHere
    ? await uploadSource(client, tenant, place, cli.out.progress, cli.signal)
    : await fetchSource(cli, tenant, place, { ...options, ...(options.branch !== undefined && { ref: options.branch }) });
  for (const notice of source.notices) cli.out.progress(notice);
  const { deployment, operation } = await client.deployments.deploy(tenant, name, {
    source: source.digest,
    origin: isHere
      ? resolve(place).slice(-400)
      : `${place.replace(/\/\/[^/@]*@/, "//").slice(0, 400)}${source.commit === null ? "" : ` ${source.commit}`}`,
    environment,
    settings,
    ...(preview !== null && { preview }),
  });
  if (options.wait) await followDeployment(cli, deployment, operation.id);
  else cli.out.show({ deployment, operation }, `${describeDeployment(deployment)}\nFollow it: agentpod operation watch ${operation.id}`);
}

function nameOf(place: string): string {
  const name = applicationName(place);
  if (name === null) throw new AppError("invalid", `${place} gives no name: say one by --name`);
  return name;
}

/** Null where it is none. A branch is one's natural name: the one that is fetched, or that the folder is on. */
async function previewOf(options: Options, folder: string | null): Promise<DeployRequest["preview"] | null> {
  const { preview = options.branch, ref, ttl, database = [] } = options;
  const beginning = database.filter(isBeginning);
  if (preview === undefined) {
    const needless = ttl !== undefined ? "--ttl" : beginning.length > 0 ? `--database ${beginning[0]}` : null;
    if (needless !== null) throw new AppError("invalid", `${needless} is for previews: say --preview, too`);
    return null;
  }
  if (beginning.length > 1) throw new AppError("invalid", "--database: say empty or copy, not both");
  const name = preview !== true ? preview : (options.branch ?? ref ?? (folder === null ? null : await presentBranch(folder)));
  if (name === null) throw new AppError("invalid", "say what the preview is called: --preview new-cart");
  const [first] = beginning;
  return { name, ...(first !== undefined && { database: first }), ...(ttl !== undefined && { ttlSeconds: parseDuration(ttl, "--ttl") }) };
}

const isBeginning = (given: string): given is "empty" | "copy" => given === "empty" || given === "copy";

function settingsOf({ root, runtime, database, memory, buildMemory, buildMinutes }: Options): DeploySettings {
  const kinds = (database ?? []).filter((each) => !isBeginning(each));
  return {
    ...(root !== undefined && { root }),
    ...(runtime !== undefined && { runtime }),
    ...(kinds.length > 0 && { needs: databasesOf(kinds) }),
    ...(memory !== undefined && { memoryMb: memory }),
    ...(buildMemory !== undefined && { buildMemoryMb: buildMemory }),
    ...(buildMinutes !== undefined && { buildMinutes }),
  };
}

function databasesOf(given: string[]): NeedKind[] {
  return given
    .filter((each) => each !== "none")
    .map((each) => {
      const found = needKinds.find((kind) => kind === each);
      if (found === undefined) throw new AppError("invalid", `--database ${each.slice(0, 40)}: write ${needKinds.join(", ")} or none`);
      return found;
    });
}
