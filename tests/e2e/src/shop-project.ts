import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { root } from "./installation.ts";
import { packageNear } from "./package-near.ts";

export interface ShopOptions {
  /** What it answers with. */
  version: string;
  /** Ends at once instead of listening. */
  breaks?: boolean;
  /** Keys of agentpod.yaml. */
  manifest?: Record<string, string>;
}

const server = (version: string, breaks: boolean): string => `
const http = require("node:http");
const { Pool } = require("pg");
const version = ${JSON.stringify(version)};
console.log("shop " + version + " starts");
if (${breaks}) throw new Error("the shop is broken: " + version);
const pool = new Pool({ connectionString: process.env.DATABASE_URL });
pool.on("error", (error) => console.log(error.message));
const answer = async (request) => {
  if (request.url === "/healthz") return (await pool.query("select 1 as well")).rows;
  if (request.url === "/env") return { GREETING: process.env.GREETING ?? null };
  if (request.url === "/migrated") return (await pool.query("select version, count(*)::int as times from migrated group by 1 order by 1")).rows;
  if (request.url === "/slow") return new Promise((resolve) => setTimeout(() => resolve(version), 5000));
  if (request.url !== "/items") return version;
  if (request.method === "POST") {
    let body = "";
    for await (const chunk of request) body += chunk;
    await pool.query("insert into items (name) values ($1)", [JSON.parse(body).name]);
  }
  return (await pool.query("select name from items order by id")).rows;
};
const listening = http.createServer((request, response) => {
  answer(request).then((value) => response.end(typeof value === "string" ? value : JSON.stringify(value)), (error) => {
    response.statusCode = 500;
    response.end(error.message);
  });
}).listen(Number(process.env.PORT), process.env.HOST);
process.on("SIGTERM", () => listening.close(() => process.exit(0)));
`;

const migrate = (version: string): string => `
const { Client } = require("pg");
(async () => {
  const client = new Client({ connectionString: process.env.DATABASE_URL });
  await client.connect();
  await client.query("create table if not exists items (id serial primary key, name text not null)");
  await client.query("create table if not exists migrated (version text not null)");
  await client.query("insert into migrated values ($1)", [${JSON.stringify(version)}]);
  await client.end();
  console.log("migrated to ${version}");
})();
`;

/**
 * A project as people have it: a server for Node that keeps items in PostgreSQL, its migrations, a lock file that npm installs from.
 * What it depends on lies beside it, so that nothing is fetched from anywhere.
 */
export async function shopProject({ version, breaks = false, manifest = {} }: ShopOptions): Promise<string> {
  const folder = await mkdtemp("/tmp/ap-shop-");
  mkdirSync(join(folder, "vendor"));
  const packages: Record<string, Vendored> = {};
  vendor("pg", join(root, "templates/node-postgres/app"), folder, packages);
  const dependencies = { pg: packages["node_modules/pg"]?.version ?? "" };
  const about = { name: "shop", version: "1.0.0" };
  const scripts = { start: "node server.js", migrate: "node migrate.js" };
  const files: Record<string, string> = {
    "package.json": JSON.stringify({ ...about, scripts, dependencies }),
    "package-lock.json": JSON.stringify({
      ...about,
      lockfileVersion: 3,
      requires: true,
      packages: { "": { ...about, dependencies }, ...packages },
    }),
    "server.js": server(version, breaks),
    "migrate.js": migrate(version),
    "agentpod.yaml": Object.entries({ probe: "/healthz", migrations: "npm run migrate", ...manifest })
      .map(([key, value]) => `${key}: ${value}\n`)
      .join(""),
  };
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  return folder;
}

interface Vendored {
  version: string;
  resolved: string;
  integrity: string;
  dependencies?: Record<string, string>;
}

/** Lays a package and all that it needs as tarballs into `vendor`, in the form of a lock file. */
function vendor(name: string, from: string, folder: string, packages: Record<string, Vendored>): void {
  if (packages[`node_modules/${name}`]) return;
  const place = packageNear(name, from);
  const { version, dependencies } = JSON.parse(readFileSync(join(place, "package.json"), "utf8"));
  const file = `vendor/${name}-${version}.tgz`;
  execFileSync("tar", ["-czf", join(folder, file), "--transform", "s,^\\.,package,", "--exclude=./node_modules", "-C", place, "."]);
  const integrity = `sha512-${createHash("sha512")
    .update(readFileSync(join(folder, file)))
    .digest("base64")}`;
  packages[`node_modules/${name}`] = { version, resolved: `file:${file}`, integrity, ...(dependencies && { dependencies }) };
  for (const needed of Object.keys(dependencies ?? {})) vendor(needed, place, folder, packages);
}
