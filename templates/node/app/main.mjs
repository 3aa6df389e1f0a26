import { createServer } from "node:http";

const { HOST = "127.0.0.1", PORT = "3000" } = process.env;

const server = createServer((request, response) => {
  response.writeHead(200, { "content-type": "application/json" });
  response.end(`${JSON.stringify({ message: "Your Node.js application goes here.", node: process.version, path: request.url })}\n`);
});

server.listen(Number(PORT), HOST, () => console.log(`listening on ${HOST}:${PORT}`));
process.on("SIGTERM", () => server.close(() => process.exit(0)).closeIdleConnections());
