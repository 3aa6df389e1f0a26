import { cpSync, readFileSync } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { root } from "./installation.ts";
import { packageNear } from "./package-near.ts";

/** Found beside the code, without an installation. */
const prelude = `
process.env.NODE_PATH = __dirname + "/vendor";
require("node:module")._initPaths();
`;

const server = `${prelude}
const { readFileSync } = require("node:fs");
const http = require("node:http");
const { Pool } = require("pg");
const { WebSocketServer } = require("ws");
const built = readFileSync(__dirname + "/built.txt", "utf8");
if (built !== process.env.VERSION) throw new Error("built as " + built + ", and started as " + process.env.VERSION);
console.log("shop " + built + " starts");
if (process.env.BREAKS) throw new Error("the shop is broken: " + built);
const pool = new Pool({ connectionString: process.env.DATABASE_URL });
pool.on("error", (error) => console.log(error.message));
const answer = async (url) => {
  if (url === "/healthz") return JSON.stringify((await pool.query("select 1 as well")).rows);
  if (url === "/migrated") return JSON.stringify((await pool.query("select version, count(*)::int as times from migrated group by 1")).rows);
  return built;
};
const listening = http.createServer((request, response) => {
  answer(request.url).then((text) => response.end(text), (error) => {
    response.statusCode = 500;
    response.end(error.message);
  });
}).listen(Number(process.env.PORT), process.env.HOST);
new WebSocketServer({ server: listening }).on("connection", (socket) => socket.on("message", (data) => socket.send(built + " " + data)));
process.on("SIGTERM", () => listening.close(() => process.exit(0)));
`;

const migrate = `${prelude}
const { Client } = require("pg");
(async () => {
  const client = new Client({ connectionString: process.env.DATABASE_URL });
  await client.connect();
  await client.query("create table if not exists migrated (version text not null)");
  await client.query("insert into migrated values ($1)", [process.env.VERSION]);
  await client.end();
})();
`;

const manifest = `runtime: node@24
install: []
build: node build.js
start: [node, server.js]
migrations: node migrate.js
probe: /healthz
needs: [postgres]
`;

/**
 * A shop with a database and migrations that is built in no time: it answers with what VERSION was when it was built, over HTTP and before
 * each message that a WebSocket sends it, and ends at once where BREAKS is set. The same source for every version.
 */
export async function quickShop(): Promise<string> {
  const folder = await mkdtemp("/tmp/ap-quick-");
  lay("pg", join(root, "templates/node-postgres/app"), folder);
  lay("ws", join(root, "tests/e2e"), folder);
  const files = {
    "package.json": JSON.stringify({ name: "shop", version: "1.0.0" }),
    "build.js": 'require("node:fs").writeFileSync(__dirname + "/built.txt", process.env.VERSION);',
    "server.js": server,
    "migrate.js": migrate,
    "agentpod.yaml": manifest,
  };
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  return folder;
}

function lay(name: string, from: string, folder: string): void {
  const place = packageNear(name, from);
  cpSync(place, join(folder, "vendor", name), { recursive: true, filter: (path) => !path.slice(place.length).includes("/node_modules") });
  const { dependencies = {} } = JSON.parse(readFileSync(join(place, "package.json"), "utf8")) as { dependencies?: Record<string, string> };
  for (const needed of Object.keys(dependencies)) lay(needed, place, folder);
}
