import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { AppError } from "@agentpod/core/errors";
import { analyzeSource } from "@agentpod/source/analyze-source";
import { archiveSource } from "@agentpod/source/archive-source";
import { folderSource } from "@agentpod/source/folder-source";
import type { SourceSnapshot } from "@agentpod/source/source-snapshot";
import type { Cli } from "../cli.ts";
import { describeAnalysis } from "../describe-analysis.ts";

export async function run(cli: Cli, [path = "."]: string[], { root }: { root?: string }): Promise<void> {
  const source = await sourceAt(path);
  try {
    const analysis = await analyzeSource(source, root === undefined ? {} : { root });
    cli.out.show({ ...analysis, notices: source.notices }, describeAnalysis(analysis, source.notices));
  } finally {
    await source.close();
  }
}

async function sourceAt(path: string): Promise<SourceSnapshot> {
  const about = await stat(path).catch(() => null);
  if (about === null) throw new AppError("not_found", `there is no folder and no archive ${path}`);
  return about.isDirectory() ? folderSource(path) : archiveSource(createReadStream(path));
}
