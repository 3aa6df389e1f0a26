import { createServer } from "node:http";
import { echoSocket } from "./echo-socket.mjs";

const { HOST = "127.0.0.1", PORT = "8080", GREETING = "Hello", POD = "a pod", URL: url = "" } = process.env;
const started = new Date();

const escapeHtml = (text) => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

const page = () => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(GREETING)} from ${escapeHtml(POD)}</title>
<style>body { font: 1.2rem system-ui; margin: 20vh auto; max-width: 32rem; color-scheme: light dark }</style>
<h1>${escapeHtml(GREETING)} from ${escapeHtml(POD)}</h1>
<p>Up since ${started.toISOString()} at <a href="${escapeHtml(url)}">${escapeHtml(url)}</a>.</p>
`;

const answers = {
  "/": () => ["text/html; charset=utf-8", page()],
  "/healthz": () => ["application/json", JSON.stringify({ ok: true, pod: POD, since: started })],
};

const server = createServer((request, response) => {
  const answer = answers[new URL(request.url, "http://localhost").pathname];
  if (!answer) return response.writeHead(404, { "content-type": "text/plain" }).end("There is nothing here.\n");
  const [type, body] = answer();
  response.writeHead(200, { "content-type": type, "cache-control": "no-store" }).end(body);
});

server.on("upgrade", (request, socket, head) => {
  if (request.url === "/ws") echoSocket(request, socket, head);
  else socket.end("HTTP/1.1 404 Not Found\r\nconnection: close\r\n\r\n");
});

server.listen(Number(PORT), HOST, () => console.log(`${POD} listens on ${HOST}:${PORT}`));
process.on("SIGTERM", () => {
  server.close(() => process.exit(0)).closeIdleConnections();
  // Open WebSockets would keep it for ever.
  setTimeout(() => process.exit(0), 500);
});
