import { spawn, spawnSync } from "node:child_process";
import { text } from "node:stream/consumers";

/** A project of Docker Compose: version 2 where it is there, else 1. */
export interface Compose {
  /** Standard output of `docker compose <args>`; throws with what it said when it fails. */
  run(...args: string[]): Promise<string>;
  /** Id of a service's container. */
  container(service: string): Promise<string>;
}

const programs = [["docker", "compose"], ["docker-compose"]];

/** How Compose is called here; null where there is none, which is an error where CI promises one. */
export function composeProgram(): string[] | null {
  const found = programs.find(([program = "", ...args]) => spawnSync(program, [...args, "version"]).status === 0);
  if (!found && process.env.AGENTPOD_REQUIRE_DOCKER === "1") throw new Error("AGENTPOD_REQUIRE_DOCKER=1, and there is no Docker Compose");
  return found ?? null;
}

export function composeProject(folder: string, project: string, environment: Record<string, string>): Compose {
  const [program = "", ...first] = composeProgram() ?? [];
  const compose: Compose = {
    async run(...args) {
      const env = { ...process.env, ...environment };
      const child = spawn(program, [...first, "-p", project, ...args], { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
      const ended = new Promise<number | null>((resolve, reject) => child.once("error", reject).once("close", resolve));
      const [code, out, err] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
      if (code !== 0) throw new Error(`docker compose ${args.join(" ")} ended with ${code}: ${(out + err).slice(-2000)}`);
      return out;
    },
    container: async (service) => (await compose.run("ps", "-q", service)).trim(),
  };
  return compose;
}
