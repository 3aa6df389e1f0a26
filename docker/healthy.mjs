// `node docker/healthy.mjs <socket> <path>`: ends with 0 where a GET of the path is answered with 200 on that unix socket.
import { request } from "node:http";

const [socketPath, path] = process.argv.slice(2);
const asked = request({ socketPath, path, headers: { host: "localhost" }, timeout: 5000 }, (answer) =>
  process.exit(answer.statusCode === 200 ? 0 : 1),
);
asked.on("error", () => process.exit(1));
asked.on("timeout", () => process.exit(1));
asked.end();
