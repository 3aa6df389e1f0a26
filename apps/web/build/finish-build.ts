import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const types: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
  ".json": "application/json",
};

/** What the server needs to know of a build; `files` by URL path. */
export interface Manifest {
  /** CSP sources of the page's own inline scripts. */
  scriptHashes: string[];
  files: Record<string, { type: string; coded: boolean }>;
}

/** Turns what Next.js exported into what is served: the page, its assets, each compressed once, and a manifest. */
export function finishBuild(exported: string, target: string): Manifest {
  const manifest: Manifest = { scriptHashes: scriptHashes(readFileSync(join(exported, "index.html"), "utf8")), files: {} };
  for (const path of readdirSync(exported, { recursive: true, encoding: "utf8" })) {
    const from = join(exported, path);
    const type = types[extname(path)];
    // Payloads of Next's own navigation: the dashboard has one page and goes elsewhere by itself.
    const isServed = path === "index.html" || path.startsWith("_next/static/") || !path.includes("/");
    if (!statSync(from).isFile() || type === undefined || !isServed || /^(404|_not-found)/.test(path)) continue;
    const to = join(target, path);
    mkdirSync(dirname(to), { recursive: true });
    cpSync(from, to);
    const coded = !path.endsWith(".woff2");
    if (coded) compress(readFileSync(from), to);
    manifest.files[`/${path}`] = { type, coded };
  }
  writeFileSync(join(target, "manifest.json"), JSON.stringify(manifest));
  return manifest;
}

function compress(content: Buffer, to: string): void {
  writeFileSync(`${to}.br`, brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
  writeFileSync(`${to}.gz`, gzipSync(content, { level: 9 }));
}

/** The hashes by which a strict Content-Security-Policy lets the page's own inline scripts run, and no other. */
export function scriptHashes(html: string): string[] {
  const inline = [...html.matchAll(/<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g)].map((match) => match[1] ?? "");
  const hashes = inline.map((script) => `'sha256-${createHash("sha256").update(script).digest("base64")}'`);
  return [...new Set(hashes)];
}
