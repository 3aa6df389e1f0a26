import type { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import type { AgentPackageFile } from "@agentpod/core/api/agent-package-view";
import { packageRoot } from "@agentpod/core/products/agents/agent-package";
import { tarEntries } from "@agentpod/runtimes/docker/tar-entries";

const longestText = 64 * 1024;
const textTogether = 1024 * 1024;

/** The files of a package in the code of its agent, by path, with the texts that are short enough to be shown. */
export async function packageFiles(code: Readable): Promise<AgentPackageFile[]> {
  const found: AgentPackageFile[] = [];
  const below = `${packageRoot}/`;
  let left = textTogether;
  for await (const entry of tarEntries(code)) {
    const { name, type, size = 0 } = entry.header;
    if (type !== "file" || !name.startsWith(below) || size > Math.min(longestText, left)) {
      entry.resume();
      if (type === "file" && name.startsWith(below)) found.push({ path: name.slice(below.length), bytes: size, text: null });
      continue;
    }
    const text = textOf(await buffer(entry));
    if (text !== null) left -= size;
    found.push({ path: name.slice(below.length), bytes: size, text });
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Null for bytes that are no text. */
function textOf(bytes: Buffer): string | null {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return text.includes("\0") ? null : text;
  } catch {
    return null;
  }
}
