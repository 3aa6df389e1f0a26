import { createServer } from "node:http";
import { connect } from "node:net";

/** Whether the database takes connections. */
const reaches = (host) =>
  new Promise((resolve) => {
    const socket = connect(5432, host, () => resolve(true));
    socket.on("connect", () => socket.end());
    socket.on("error", () => resolve(false));
  });

const server = createServer(async (_request, response) => {
  response.end(`The database answers: ${await reaches(process.env.DATABASE_HOST ?? "db")}\n`);
});
server.listen(Number(process.env.PORT ?? 3000));
process.on("SIGTERM", () => server.close(() => process.exit(0)));
