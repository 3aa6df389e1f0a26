import { createServer } from "node:http";

const server = createServer((request, response) => {
  response.end(request.url === "/healthz" ? "well" : "Built from a Dockerfile.\n");
});
server.listen(Number(process.env.PORT ?? 3000));
process.on("SIGTERM", () => server.close(() => process.exit(0)));
