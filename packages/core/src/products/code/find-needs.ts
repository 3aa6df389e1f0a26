import { type NeedKind, needKinds } from "./analysis.ts";
import type { Say } from "./findings.ts";
import { joined, type ProjectFiles } from "./project-files.ts";
import { type CodeFacts, envExamples } from "./scan-code.ts";

/** A library → what it talks to. */
const clients: Record<string, NeedKind | "mongodb" | "sqlite" | "elasticsearch" | "rabbitmq"> = {
  pg: "postgres",
  "pg-promise": "postgres",
  postgres: "postgres",
  "@vercel/postgres": "postgres",
  "@neondatabase/serverless": "postgres",
  "pg-boss": "postgres",
  psycopg: "postgres",
  psycopg2: "postgres",
  "psycopg2-binary": "postgres",
  asyncpg: "postgres",
  pg8000: "postgres",
  aiopg: "postgres",
  mysql: "mysql",
  mysql2: "mysql",
  mariadb: "mysql",
  mysqlclient: "mysql",
  pymysql: "mysql",
  aiomysql: "mysql",
  asyncmy: "mysql",
  "mysql-connector-python": "mysql",
  redis: "redis",
  ioredis: "redis",
  bull: "redis",
  bullmq: "redis",
  "connect-redis": "redis",
  "@fastify/redis": "redis",
  "django-redis": "redis",
  "channels-redis": "redis",
  rq: "redis",
  arq: "redis",
  "flask-redis": "redis",
  mongoose: "mongodb",
  mongodb: "mongodb",
  pymongo: "mongodb",
  motor: "mongodb",
  mongoengine: "mongodb",
  beanie: "mongodb",
  "better-sqlite3": "sqlite",
  sqlite3: "sqlite",
  aiosqlite: "sqlite",
  "@elastic/elasticsearch": "elasticsearch",
  elasticsearch: "elasticsearch",
  amqplib: "rabbitmq",
  pika: "rabbitmq",
};

const dialects: Record<string, NeedKind | "mongodb" | "sqlite"> = {
  postgres: "postgres",
  postgresql: "postgres",
  cockroachdb: "postgres",
  mysql: "mysql",
  mariadb: "mysql",
  sqlite: "sqlite",
  mongodb: "mongodb",
  "mongodb+srv": "mongodb",
  redis: "redis",
  rediss: "redis",
};

const words: Record<string, string> = {
  postgres: "PostgreSQL",
  mysql: "MySQL",
  redis: "Redis",
  mongodb: "MongoDB",
  sqlite: "SQLite",
  elasticsearch: "Elasticsearch",
  rabbitmq: "RabbitMQ",
};

export interface Needs {
  needs: NeedKind[];
  notOffered: string[];
}

/** Databases that a project talks to: by its libraries (name → file that lists it), its schema, its example of an environment, its code. */
export function findNeeds(
  files: ProjectFiles,
  folder: string,
  dependencies: ReadonlyMap<string, string>,
  code: CodeFacts,
  say: Say,
): Needs {
  const found = new Map<string, { text: string; file: string }>();
  const note = (kind: string | undefined, text: string, file: string): void => {
    if (kind !== undefined && !found.has(kind)) found.set(kind, { text, file });
  };
  for (const [name, file] of dependencies) if (Object.hasOwn(clients, name)) note(clients[name], `It depends on ${name}.`, file);
  for (const [file, dialect] of schemas(files, folder, code))
    if (Object.hasOwn(dialects, dialect)) note(dialects[dialect], `Its schema is for ${dialect}.`, file);
  const examples = envExamples(files, folder);
  for (const { file, names } of examples)
    for (const [name, value] of names) {
      const scheme = /^([a-z][a-z0-9]*)(?:\+[a-z0-9]+)?:\/\//.exec(value)?.[1] ?? "";
      if (Object.hasOwn(dialects, scheme)) note(dialects[scheme], `${name} is an address of that kind.`, file);
    }
  const databases = ["postgres", "mysql", "mongodb", "sqlite"];
  const asks = code.env.get("DATABASE_URL") ?? examples.find(({ names }) => names.has("DATABASE_URL"))?.file;
  if (asks !== undefined && !databases.some((kind) => found.has(kind)))
    note("postgres", "It reads DATABASE_URL, and nothing says of which database; PostgreSQL is assumed.", asks);
  const redis = code.env.get("REDIS_URL") ?? examples.find(({ names }) => names.has("REDIS_URL"))?.file;
  if (redis !== undefined) note("redis", "It reads REDIS_URL.", redis);
  const needs = needKinds.filter((kind) => found.has(kind));
  for (const kind of needs) say("needs", `${words[kind]}: ${found.get(kind)?.text}`, found.get(kind)?.file ?? null);
  const sqlite = found.get("sqlite");
  if (sqlite && !needs.includes("postgres") && !needs.includes("mysql"))
    say("needs", "SQLite keeps its file beside the code, where the next release begins anew; give its folder a volume.", sqlite.file, true);
  const notOffered = ["elasticsearch", "mongodb", "rabbitmq"].filter((kind) => found.has(kind));
  for (const kind of notOffered)
    say(
      "needs",
      `${words[kind]} is not offered; give its address as an environment variable. ${found.get(kind)?.text}`,
      found.get(kind)?.file ?? null,
      true,
    );
  return { needs, notOffered };
}

/** What schemas of Prisma and Drizzle are for: file → dialect. */
function schemas(files: ProjectFiles, folder: string, code: CodeFacts): [string, string][] {
  const prisma = ["prisma/schema.prisma", "schema.prisma", "prisma/schema/schema.prisma"].flatMap((name): [string, string][] => {
    const file = joined(folder, name);
    const source = /\bdatasource\s+\w+\s*\{([^}]{0,2000})\}/.exec(files.glance(file) ?? "")?.[1];
    const provider = /\bprovider\s*=\s*"(\w+)"/.exec(source ?? "")?.[1];
    return provider === undefined ? [] : [[file, provider]];
  });
  const drizzle = [...code.texts].flatMap(([file, text]): [string, string][] => {
    if (!/(^|\/)drizzle\.config\.[a-z]+$/.test(file)) return [];
    const dialect = /\bdialect\s*:\s*["'](\w+)["']/.exec(text)?.[1];
    return dialect === undefined ? [] : [[file, dialect]];
  });
  return [...prisma, ...drizzle];
}
