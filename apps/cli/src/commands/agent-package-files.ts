import { AppError } from "@agentpod/core/errors";
import type { Cli } from "../cli.ts";
import type { Options } from "./agent-package-show.ts";

export async function run(cli: Cli, [name = "", path]: string[], { tenant, version }: Options): Promise<void> {
  const query = { ...(tenant === undefined ? {} : { tenant }), ...(version === undefined ? {} : { version }) };
  const files = await (await cli.client()).agents.packages.files(name, query);
  if (path === undefined) {
    const rows = files.map((file) => [file.path, String(file.bytes)]);
    cli.out.table(files, { head: ["PATH", "BYTES"], rows }, "The package has no files of its own.");
    return;
  }
  const file = files.find((one) => one.path === path);
  if (file === undefined) throw new AppError("not_found", `package ${name} has no file ${path}`);
  if (file.text === null) throw new AppError("invalid", `${path} is no text, or too long to be shown`);
  cli.out.show(file, file.text);
}
