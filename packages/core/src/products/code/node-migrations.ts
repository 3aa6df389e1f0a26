import type { NodeScene } from "./node-scene.ts";
import { readProcfile } from "./procfile.ts";
import { joined } from "./project-files.ts";

const scripts = [
  "migrate:deploy",
  "db:migrate:deploy",
  "db:deploy",
  "migrate:prod",
  "db:migrate",
  "migrate",
  "migration:run",
  "migrations:run",
  "prisma:migrate",
];

/** What brings the database up to date, once per release; null where nothing does. */
export function nodeMigrations({ files, pkg, commands, say }: NodeScene): string[] | null {
  const procfile = readProcfile(files, pkg.folder);
  if (procfile?.release) {
    say("migrations", "Procfile says what runs before a release.", procfile.file);
    return procfile.release;
  }
  // `migrate dev` asks questions and may throw data away.
  const script = scripts.find(
    (name) => pkg.scripts.has(name) && !/\b(migrate dev|db push|reset)\b/.test((pkg.scripts.get(name) ?? "").slice(0, 1000)),
  );
  if (script !== undefined) {
    say("migrations", `Its script ${script} migrates the database.`, pkg.file);
    return commands.run(script);
  }
  const holds = (folder: string): string | undefined => files.paths.find((path) => path.startsWith(`${joined(pkg.folder, folder)}/`));
  const prisma = holds("prisma/migrations");
  if (pkg.dependencies.has("prisma") || pkg.dependencies.has("@prisma/client")) {
    if (prisma !== undefined) {
      say("migrations", "Prisma keeps its migrations here.", prisma);
      return commands.exec("prisma", "migrate", "deploy");
    }
    say(
      "migrations",
      "It uses Prisma and has no migrations: make them by prisma migrate dev, or its tables are never made.",
      pkg.file,
      true,
    );
    return null;
  }
  const drizzle = holds("drizzle") ?? holds("migrations");
  if (pkg.dependencies.has("drizzle-kit") && drizzle !== undefined) {
    say("migrations", "Drizzle keeps its migrations here.", drizzle);
    return commands.exec("drizzle-kit", "migrate");
  }
  const knex = holds("migrations");
  if (pkg.dependencies.has("knex") && knex !== undefined) {
    say("migrations", "Knex keeps its migrations here.", knex);
    return commands.exec("knex", "migrate:latest");
  }
  if (pkg.dependencies.has("sequelize-cli") && knex !== undefined) {
    say("migrations", "Sequelize keeps its migrations here.", knex);
    return commands.exec("sequelize-cli", "db:migrate");
  }
  return null;
}
