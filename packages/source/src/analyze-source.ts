import type { Analysis } from "@agentpod/core/products/code/analysis";
import { type AnalyzeOptions, analyzeProject } from "@agentpod/core/products/code/analyze-project";
import { listingOf, type SourceSnapshot } from "./source-snapshot.ts";

/** What a source is and how it runs: gives the analyzer what it asks for. Throws as `analyzeProject`. */
export async function analyzeSource(source: SourceSnapshot, options: AnalyzeOptions = {}): Promise<Analysis> {
  const listing = listingOf(source);
  const contents = new Map<string, Uint8Array | null>();
  for (;;) {
    const step = analyzeProject(listing, contents, options);
    if ("analysis" in step) return step.analysis;
    for (const path of step.wants) contents.set(path, await source.read(path));
  }
}
