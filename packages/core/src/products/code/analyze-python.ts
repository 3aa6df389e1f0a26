import { findNeeds } from "./find-needs.ts";
import { type Findings, nothingFound, type Say } from "./findings.ts";
import { readProcfile } from "./procfile.ts";
import { joined, type ProjectFiles } from "./project-files.ts";
import { type PythonPackages, pythonPackages, pythonSigns } from "./python-packages.ts";
import { pythonServing } from "./python-serving.ts";
import { pythonVersion } from "./python-version.ts";
import { type CodeFacts, scanCode } from "./scan-code.ts";

/** A Python project in `folder`. Throws `invalid` where there is nothing to start, unless its owner says it (`startIsGiven`). */
export function analyzePython(
  files: ProjectFiles,
  folder: string,
  say: Say,
  asked: { startIsGiven: boolean },
): { findings: Findings; code: CodeFacts } {
  const sign = pythonSigns.map((name) => joined(folder, name)).find(files.has) ?? null;
  say("type", sign === null ? "There are Python programs." : "Its packages are Python's.", sign);
  const code = scanCode(files, folder, "python");
  const packages = pythonPackages(files, folder, say);
  const serving = pythonServing({ files, folder, packages, code, say }, asked.startIsGiven);
  return {
    code,
    findings: {
      ...nothingFound("python", folder),
      ...serving,
      startEnv: { PYTHONUNBUFFERED: "1", ...serving.startEnv },
      packageManager: packages.manager,
      runtime: { name: "python", version: pythonVersion(files, folder, say) },
      install: packages.install,
      ...findNeeds(files, folder, packages.dependencies, code, say),
      migrations: pythonMigrations(files, folder, packages, serving, say),
    },
  };
}

function pythonMigrations(
  files: ProjectFiles,
  folder: string,
  packages: PythonPackages,
  serving: Pick<Findings, "framework">,
  say: Say,
): string[] | null {
  const procfile = readProcfile(files, folder);
  if (procfile?.release) {
    say("migrations", "Procfile says what runs before a release.", procfile.file);
    return /^(env|sh|bash|uv|poetry|pipenv)$|\//.test(procfile.release[0] ?? "") ? procfile.release : packages.bin(...procfile.release);
  }
  if (serving.framework === "django") {
    say("migrations", "Django migrates its database.", joined(folder, "manage.py"));
    return packages.bin("python", "manage.py", "migrate", "--noinput");
  }
  const alembic = joined(folder, "alembic.ini");
  if (files.has(alembic)) {
    say("migrations", "Alembic keeps its migrations here.", alembic);
    return packages.bin("alembic", "upgrade", "head");
  }
  const flask = joined(folder, "migrations/alembic.ini");
  if (packages.dependencies.has("flask-migrate") && files.has(flask)) {
    say("migrations", "Flask-Migrate keeps its migrations here.", flask);
    return packages.bin("flask", "db", "upgrade");
  }
  return null;
}
