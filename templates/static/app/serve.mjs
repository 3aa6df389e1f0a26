import { createReadStream } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, sep } from "node:path";
import { pipeline } from "node:stream";

const { HOST = "127.0.0.1", PORT = "8080", SINGLE_PAGE = "false" } = process.env;
// Packed files carry no times: what is served changes only with a new start.
const start = Date.now().toString(36);
const root = await realpath(process.argv[2] ?? ".");

const types = {
  ".avif": "image/avif",
  ".css": "text/css; charset=utf-8",
  ".gif": "image/gif",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".jpeg": "image/jpeg",
  ".jpg": "image/jpeg",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".md": "text/markdown; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".mp4": "video/mp4",
  ".pdf": "application/pdf",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
  ".webp": "image/webp",
  ".woff2": "font/woff2",
  ".xml": "application/xml",
};

/** The file for a path, or null: nothing outside the root (by `..` or by a link), nothing hidden. */
async function find(path) {
  if (path.includes("\0") || path.split("/").some((part) => part.startsWith(".") && part !== ".well-known")) return null;
  const file = await realpath(join(root, path)).catch(() => null);
  if (file === null || (file !== root && !file.startsWith(root + sep))) return null;
  const facts = await stat(file);
  if (facts.isFile()) return { file, facts };
  return path.endsWith("/") ? find(`${path}index.html`) : { redirect: `${path}/` };
}

async function answer(request, response) {
  if (request.method !== "GET" && request.method !== "HEAD") return end(response, 405, { allow: "GET, HEAD" });
  const path = decode(request.url ?? "/");
  const found = path === null ? null : await find(path);
  // One slash at the start: two would lead the browser to another host.
  if (found?.redirect) return end(response, 301, { location: encodeURI(found.redirect.replace(/^\/+/, "/")) });
  if (found) return send(request, response, 200, found);
  const instead = await find(SINGLE_PAGE === "true" ? "/index.html" : "/404.html");
  if (instead?.file) return send(request, response, SINGLE_PAGE === "true" ? 200 : 404, instead);
  end(response, 404, { "content-type": "text/plain" }, "There is nothing here.\n");
}

function decode(url) {
  try {
    return decodeURIComponent(url.split("?")[0]);
  } catch {
    return null;
  }
}

function send(request, response, status, { file, facts }) {
  const etag = `"${start}-${facts.size.toString(36)}"`;
  if (status === 200 && request.headers["if-none-match"] === etag) return end(response, 304, { etag });
  const type = types[extname(file).toLowerCase()] ?? "application/octet-stream";
  response.writeHead(status, {
    "content-type": type,
    "content-length": facts.size,
    etag,
    "cache-control": "no-cache",
    "x-content-type-options": "nosniff",
  });
  if (request.method === "HEAD") response.end();
  // A reader that goes away, or a file that does, ends this answer and nothing else.
  else pipeline(createReadStream(file), response, () => undefined);
}

function end(response, status, headers, text = "") {
  response.writeHead(status, headers).end(text);
}

const server = createServer((request, response) => {
  answer(request, response).catch((error) => {
    console.error(error);
    if (!response.headersSent) end(response, 500, {});
  });
});
server.listen(Number(PORT), HOST, () => console.log(`${root} is served on ${HOST}:${PORT}`));
process.on("SIGTERM", () => server.close(() => process.exit(0)).closeIdleConnections());
