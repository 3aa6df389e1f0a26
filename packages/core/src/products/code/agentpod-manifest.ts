import { z } from "zod";
import { parseInput } from "../../draft-issues.ts";
import { needKinds } from "./analysis.ts";
import { commandWords } from "./command-words.ts";
import { nodeVersions } from "./node-version.ts";
import { joined, type ProjectFiles } from "./project-files.ts";
import { pythonVersions } from "./python-version.ts";

const oneCommand = 'a command such as "npm run start" without signs for a shell, or a list of its arguments';
const runtimes = [...nodeVersions.map((version) => `node@${version}`), ...pythonVersions.map((version) => `python@${version}`)];

const mostCommands = 50;

function argvOf(value: unknown): string[] | null {
  if (typeof value === "string") return value.length > 4096 ? null : commandWords(value);
  const isArgv =
    Array.isArray(value) &&
    value.length > 0 &&
    value.length <= 100 &&
    value.every((each) => typeof each === "string" && each.length <= 4096 && !each.includes("\0"));
  return isArgv ? (value as string[]) : null;
}

/** Words of a line, or a list of arguments. */
const command = z.unknown().transform((value, context): string[] => {
  const argv = argvOf(value);
  if (argv === null) context.addIssue({ code: "custom", message: oneCommand });
  return argv ?? [];
});

/** One line, or a list of commands, each a line or a list of arguments. None: an empty list. */
const commands = z.unknown().transform((value, context): string[][] => {
  const list = Array.isArray(value) ? value.slice(0, mostCommands).map(argvOf) : [argvOf(value)];
  if (Array.isArray(value) && value.length > mostCommands)
    context.addIssue({ code: "custom", message: `at most ${mostCommands} commands` });
  if (list.some((argv) => argv === null)) context.addIssue({ code: "custom", message: `${oneCommand}; or a list of such commands` });
  return list.filter((argv) => argv !== null);
});

const folder = z
  .string()
  .max(1024)
  .refine(
    (path) => !path.startsWith("/") && !/[\0\\]/.test(path) && !path.split("/").includes(".."),
    "a folder of this project, without ..",
  )
  .transform((path) => path.replace(/^\.\/?/, "").replace(/\/+$/, ""));

const port = z.int().min(1).max(65_535);

/**
 * `agentpod.yaml`: what a project says of itself. Every key is optional, and what is given goes before what was found.
 *
 * ```yaml
 * root: apps/web            # the application's folder, from this file
 * type: node                # node, python, static, dockerfile or compose, where several would fit
 * runtime: node@22
 * install: npm ci           # a command, or a list of commands; [] for none
 * build: [npm run build, [node, scripts/after.js]]
 * start: [node, server.js]  # a line of words or a list of arguments, never a line for a shell
 * migrations: npm run migrate
 * ports: [3000]             # the first gets the route
 * probe: /healthz           # a path that answers 200 to 399, or tcp
 * output: dist              # the folder of a static site
 * singlePage: true          # paths that are no file get index.html
 * dockerfile: docker/Dockerfile
 * needs: [postgres, redis]
 * env: [STRIPE_KEY]         # names of variables that somebody has to give
 * environment: { LOG_LEVEL: info }
 * ```
 */
export const agentpodManifest = z.strictObject({
  root: folder.optional(),
  type: z.enum(["node", "python", "static", "dockerfile", "compose"]).optional(),
  runtime: z.enum(runtimes).optional(),
  install: commands.optional(),
  build: commands.optional(),
  start: command.optional(),
  migrations: command.optional(),
  ports: z.array(port).min(1).max(20).optional(),
  probe: z
    .string()
    .max(2048)
    .regex(/^(tcp|\/[\x21-\x7e]*)$/, "a path such as /healthz, or tcp")
    .optional(),
  output: folder.optional(),
  singlePage: z.boolean().optional(),
  dockerfile: folder.optional(),
  needs: z.array(z.enum(needKinds)).max(needKinds.length).optional(),
  env: z
    .array(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, "an environment name: letters, digits and _, not starting with a digit"))
    .max(200)
    .optional(),
  environment: z
    .record(
      z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, "an environment name: letters, digits and _, not starting with a digit"),
      z.string().max(32_768),
    )
    .optional(),
});

export type AgentpodManifest = z.infer<typeof agentpodManifest>;

export interface ReadManifest {
  file: string;
  said: AgentpodManifest;
}

/** Null without one. Throws `invalid` with every path that is wrong. */
export function readManifest(files: ProjectFiles, at: string): ReadManifest | null {
  const file = ["agentpod.yaml", "agentpod.yml"].map((name) => joined(at, name)).find(files.has);
  const data = file === undefined ? null : files.data(file);
  return file === undefined || data === null ? null : { file, said: parseInput(agentpodManifest, data, file) };
}
