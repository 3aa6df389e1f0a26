import { once } from "node:events";
import type { MemoryProgram } from "@agentpod/runtimes/memory/memory-program";
import type { ClientPostgres } from "./client-postgres.ts";

/** A unit beside which a real server's own programs are run; the variables of the test come on top. */
export const playedPostgres =
  (server: () => ClientPostgres, path?: () => string | undefined): MemoryProgram =>
  ({ exit, ended }) => ({
    request: (_request, response) => void response.end(),
    term: () => exit(0),
    async exec({ argv, env, stdin, stdout, stderr, exit: end }) {
      const child = server().beside(argv, env, path?.());
      const kill = (): void => void child.kill("SIGKILL");
      ended.addEventListener("abort", kill, { once: true });
      // Who leaves ends the program, as a runtime does.
      for (const stream of [stdin, stdout])
        stream.on("close", () => {
          if (!stdin.readableEnded) kill();
        });
      stdin.pipe(child.stdin);
      child.stdout.pipe(stdout, { end: false });
      child.stderr.pipe(stderr, { end: false });
      const [code] = await once(child, "close");
      end((code as number | null) ?? 255);
    },
  });
