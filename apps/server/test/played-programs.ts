import type { MemoryBehaviour, MemoryProgram, MemoryUnit } from "@agentpod/runtimes/memory/memory-program";

/** What the programs of a test's pods were asked for. */
export interface Played {
  /** Names of the pods in which a build ran, in order. */
  builds: string[];
}

const mebi = 1024 * 1024;
/** As the kernel tells that a program listens on 8080 alone. */
const listensOn8080 = "   0: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 23 1\n";

/** By what the project's file `how` says: builds that do not work out. */
const builds: Record<string, (unit: MemoryUnit) => void> = {
  "install fails": ({ run, print, exit }) => {
    print("stdout", `the key is ${run.env.STRIPE_KEY}\n==> npm ci\nnpm error missing: express\n==> npm ci: exit code 1\n`);
    exit(1);
  },
  "build eats": ({ run, print, allocate }) => {
    print("stdout", "==> npm run build\n");
    allocate((run.resources.memoryMb + 1) * mebi);
  },
  "build is late": ({ print, exit }) => {
    print("stdout", "==> npm ci\n==> out of time\n");
    exit(124);
  },
  "build is cut": ({ print, exit }) => {
    print("stdout", "==> npm ci\nhalf of it\n");
    exit(137);
  },
  "build hangs": ({ print }) => print("stdout", "==> npm ci\nstill at it\n"),
};

/** The same: applications that do not. */
const applications: Record<string, (unit: MemoryUnit) => MemoryBehaviour> = {
  "starts and ends": ({ print, exit }) => {
    print("stderr", "shop starts\nError: no route to the database\n");
    exit(3);
    return {};
  },
  "becomes another": ({ print, exit }) => {
    print("stderr", "setpriv: setresuid failed: Operation not permitted\n");
    exit(127);
    return {};
  },
  eats: ({ run, allocate }) => {
    allocate((run.resources.memoryMb + 1) * mebi);
    return {};
  },
  "listens elsewhere": () => ({
    exec({ stdout, exit }) {
      stdout.write(listensOn8080);
      exit(0);
    },
  }),
  "answers 500": () => ({ request: (_request, response) => void response.writeHead(500).end("no database") }),
  "writes without end": ({ print, exit }) => {
    for (let line = 0; line < 20_000; line++) print("stdout", `${line} ${"again ".repeat(20)}\n`);
    print("stdout", "the end of it\n");
    exit(1);
    return {};
  },
};

/** A build, an application that answers with its code, its build and its environment, and a database that only runs. */
export const playedPrograms =
  (played: Played): MemoryProgram =>
  (unit) => {
    const { run, files, print, exit } = unit;
    const how = files.read("/app/how") ?? "";
    if (run.id.unit === "build") {
      played.builds.push(run.scope.name);
      const isFirst = played.builds.filter((name) => name === run.scope.name).length === 1;
      if (how === "build is cut once" && isFirst) builds["build is cut"]?.(unit);
      else if (Object.hasOwn(builds, how)) builds[how]?.(unit);
      else {
        files.write("/app/built", `build ${played.builds.length}`);
        exit(0);
      }
      return {};
    }
    // Its probe asks whether it is done.
    if (run.id.unit === "migrate") return { exec: ({ exit: done }) => done(0) };
    const other = Object.hasOwn(applications, how) ? applications[how] : undefined;
    if (other !== undefined) return other(unit);
    return {
      request(_request, response) {
        print("stdout", "visited\n");
        const { PORT: _port, HOST: _host, ...env } = run.env;
        response.end(JSON.stringify({ page: files.read("/app/page"), built: files.read("/app/built"), env }));
      },
      term: () => exit(0),
    };
  };
