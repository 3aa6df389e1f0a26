import { dirname } from "node:path";
import type { Client } from "@agentpod/client/create-client";
import { AppError } from "@agentpod/core/errors";
import { parseInputs } from "./parse-inputs.ts";
import { readData } from "./read-data.ts";
import { uploadFolders } from "./upload-folders.ts";

export interface DraftOptions {
  template?: string;
  input?: string[];
  inputsFile?: string;
  spec?: string;
}

export interface Draft {
  template?: string;
  inputs?: Record<string, unknown>;
  spec?: unknown;
}

/** What the options of create and update say, with inputs typed by the template that `reference` names. */
export async function readDraft(
  client: Client,
  tenant: string,
  options: DraftOptions,
  reference: string | undefined,
  progress: (line: string) => void,
): Promise<Draft> {
  const pairs = options.input ?? [];
  const fromFile = options.inputsFile === undefined ? {} : await readInputs(options.inputsFile);
  const declared = pairs.length === 0 || reference === undefined ? {} : await declaredInputs(client, tenant, reference);
  const inputs = { ...fromFile, ...parseInputs(pairs, declared) };
  return {
    ...(options.template === undefined ? {} : { template: options.template }),
    ...(Object.keys(inputs).length === 0 ? {} : { inputs }),
    ...(options.spec === undefined ? {} : { spec: await readSpec(client, tenant, options.spec, progress) }),
  };
}

/** A spec file, with the folders beside it that its units are made of. */
async function readSpec(client: Client, tenant: string, path: string, progress: (line: string) => void): Promise<unknown> {
  const base = path === "-" ? "." : dirname(path);
  return uploadFolders(client, await readData(path), base, tenant, progress);
}

async function declaredInputs(client: Client, tenant: string, reference: string) {
  const [name = "", version] = reference.split("@");
  const view = await client.templates.get(name, { tenant, ...(version === undefined ? {} : { version: Number(version) }) });
  return view.template.inputs;
}

async function readInputs(path: string): Promise<Record<string, unknown>> {
  const data = await readData(path);
  if (data === null || typeof data !== "object" || Array.isArray(data)) throw new AppError("invalid", `${path} must hold names and values`);
  return data as Record<string, unknown>;
}
