import { posix } from "node:path";
import type { Breach, Fence, SourceFile } from "./fence.ts";

/** Law 4: which parts of the workspace the source of a part may import. */
const allowed: Record<string, readonly string[]> = {
  "packages/core": [],
  "packages/host": ["core"],
  "packages/client": ["core"],
  "packages/db": ["core", "host"],
  "packages/runtimes": ["core", "host"],
  "packages/gateways": ["core", "host"],
  "packages/agents": ["core", "host"],
  "packages/dns": ["core", "host"],
  "packages/acme": ["core"],
  "packages/backup": ["core", "host"],
  "packages/source": ["core"],
  "apps/cli": ["client", "core", "host", "source"],
  "apps/web": ["client", "core"],
  "apps/gateway": ["core", "host"],
  "apps/supervisor": ["core", "db", "host"],
  "apps/terminals": ["core", "host", "runtimes"],
  "apps/engine-proxy": ["core", "host", "runtimes"],
  "apps/server": ["core", "db", "runtimes", "gateways", "agents", "dns", "acme", "backup", "source", "host"],
};

/** What core may stand on: small, pure. */
const coreLibraries = [
  ...["zod", "@cfworker/json-schema", "@noble/hashes", "fastest-levenshtein", "ignore", "re2js", "semver", "smol-toml", "yaml"],
];

/** Imports between parts of the workspace, imports across folders of two parts, and what core may import at all. */
export const imports: Fence = (file) => {
  const part = /^(?:apps|packages)\/[^/]+/.exec(file.path)?.[0];
  if (part === undefined || !/\.(ts|tsx)$/.test(file.path)) return [];
  const isSource = file.path.startsWith(`${part}/src/`);
  return importsOf(file).flatMap((found) => [
    ...leavesPart(file, part, found),
    ...(isSource ? foreignPart(file, part, found) : []),
    ...(isSource && part === "packages/core" ? impureImport(file, found) : []),
  ]);
};

interface Found {
  from: string;
  line: number;
  isType: boolean;
}

function importsOf(file: SourceFile): Found[] {
  const pattern = /(?:^|\n)\s*(?:import|export)\s+(type\s)?(?:[^"'`;]*?\sfrom\s+)?["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']\s*\)/g;
  return [...file.text.matchAll(pattern)].map((match) => {
    const end = match.index + match[0].length;
    return { from: match[2] ?? match[3] ?? "", line: file.text.slice(0, end).split("\n").length, isType: match[1] !== undefined };
  });
}

function leavesPart(file: SourceFile, part: string, { from, line }: Found): Breach[] {
  if (!from.startsWith(".") || posix.join(posix.dirname(file.path), from).startsWith(`${part}/`)) return [];
  return [{ path: file.path, line, message: `${from} leads out of ${part}; import another part by its name, @agentpod/…` }];
}

function foreignPart(file: SourceFile, part: string, { from, line }: Found): Breach[] {
  const other = /^@agentpod\/([^/]+)/.exec(from)?.[1];
  const may = allowed[part];
  if (other === undefined || may?.includes(other)) return [];
  return [{ path: file.path, line, message: `${part} may import ${may?.join(", ") || "no other part"}, not ${other}` }];
}

function impureImport(file: SourceFile, { from, line, isType }: Found): Breach[] {
  const isFine =
    /^(\.|@agentpod\/)/.test(from) || isType || coreLibraries.some((library) => from === library || from.startsWith(`${library}/`));
  return isFine ? [] : [{ path: file.path, line, message: `core is pure: it may not import ${from}; take what is needed as an argument` }];
}
