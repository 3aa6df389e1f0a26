import { once } from "node:events";
import { WebSocketServer } from "ws";
import type { MemoryProgram } from "../src/memory/memory-program.ts";

/** The twin of the conformance suite's test program, played in memory; see `conformance/program.ts`. */
export const conformanceProgram: MemoryProgram = (unit) => {
  const { env } = unit.run;
  const sockets = new WebSocketServer({ noServer: true });
  unit.print("stdout", "out: started\n");
  unit.print("stderr", "err: started\n");
  if (!env.NO_LISTEN) unit.print("stdout", "listening\n");
  return {
    term() {
      unit.print("stdout", "got TERM\n");
      if (!env.IGNORE_TERM) unit.exit(0);
    },
    ...(!env.NO_LISTEN && {
      request(request, response) {
        const url = new URL(request.url ?? "/", "http://unit");
        const query = (name: string): string => url.searchParams.get(name) ?? "";
        switch (url.pathname) {
          case "/":
            return void response.end(`hello from ${unit.pid}`);
          case "/env":
            return void response.end(env[query("name")] ?? "(unset)");
          case "/exit":
            response.end("bye");
            return void setImmediate(() => unit.exit(Number(query("code"))));
          case "/log":
            unit.print(query("to") as "stdout" | "stderr", `${query("text")}\n`);
            return void response.end("logged");
          case "/write":
            unit.files.write(query("path"), query("text"));
            return void response.end("written");
          case "/read":
            return void response.end(unit.files.read(query("path")) ?? "absent");
          case "/eat":
            unit.allocate(Number(query("mb")) * 1024 * 1024);
            return void response.end("full");
          case "/spawn":
            return void response.end(String(unit.fork(Number(query("count")))));
          default:
            response.writeHead(404).end("no such path");
        }
      },
      upgrade(request, socket, head) {
        sockets.handleUpgrade(request, socket, head, (client) => {
          client.on("error", () => client.terminate());
          client.on("message", (data) => client.send(String(data)));
        });
      },
    }),
    async exec({ argv: [, , command, ...args], env: given, stdin, stdout, stderr, size, onResize, exit }) {
      switch (command) {
        case "print":
          stdout.write(`${args[0]}\n`);
          stderr.write(`${args[1]}\n`);
          return exit(0);
        case "exit":
          return exit(Number(args[0]));
        case "env":
          stdout.write(`${given[args[0] ?? ""] ?? "(unset)"}\n`);
          return exit(0);
        case "cat":
          for await (const chunk of stdin) if (!stdout.write(chunk)) await once(stdout, "drain");
          return exit(0);
        case "wait":
          return void stdout.write("waiting\n");
        case "size": {
          const print = (): void => void stdout.write(`size ${size()?.cols}x${size()?.rows}\n`);
          onResize(print);
          print();
          await once(stdin, "data");
          return exit(0);
        }
      }
    },
  };
};

/** The twin of the container that the conformance suite adopts. */
export const foreignProgram: MemoryProgram = (unit) => ({
  request(request, response) {
    if (request.url === "/write") unit.files.write("/data/mark", "kept");
    response.end(request.url === "/" ? unit.run.env.GREETING : (unit.files.read("/data/mark") ?? "absent"));
  },
});
