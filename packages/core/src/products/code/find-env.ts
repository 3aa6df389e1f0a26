import type { Say } from "./findings.ts";
import type { ProjectFiles } from "./project-files.ts";
import { type CodeFacts, envExamples } from "./scan-code.ts";

/** Names that AgentPod or a system sets, or that tell where something runs. */
const set =
  /^(PORT|HOST|HOSTNAME|NODE_ENV|PYTHONPATH|PATH|HOME|PWD|USER|TZ|CI|DEBUG|DEV|PROD|MODE|SSR|BASE_URL|VERCEL|VERCEL_\w+|NEXT_RUNTIME|RAILWAY_\w+|npm_\w+|DATABASE_URL|REDIS_URL|PG(HOST|PORT|USER|PASSWORD|DATABASE))$/;
const most = 200;

/** Names of variables that somebody has to give, by the project's example of an environment and by its code. */
export function findEnv(files: ProjectFiles, folder: string, code: CodeFacts | null, say: Say): string[] {
  const found = new Map<string, string>();
  for (const { file, names } of envExamples(files, folder)) for (const name of names.keys()) if (!found.has(name)) found.set(name, file);
  for (const [name, file] of code?.env ?? []) if (!found.has(name)) found.set(name, file);
  const names = [...found.keys()]
    .filter((name) => !set.test(name))
    .sort()
    .slice(0, most);
  for (const file of new Set(names.map((name) => found.get(name) ?? "")))
    say("env", `It reads ${names.filter((name) => found.get(name) === file).join(", ")}.`, file);
  return names;
}
