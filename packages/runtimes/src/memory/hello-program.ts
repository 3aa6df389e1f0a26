import { text } from "node:stream/consumers";
import { WebSocketServer } from "ws";
import type { MemoryProgram } from "./memory-program.ts";

/**
 * What a unit runs unless told otherwise: a page on every port, a WebSocket that echoes, TERM heeded. Every command
 * inside it says what it would have been and succeeds, so that any template can be looked at.
 */
export const helloProgram: MemoryProgram = (unit) => {
  const { id, scope, ports, image } = unit.run;
  const label = `${scope.tenant}/${scope.name}`;
  let sockets: WebSocketServer | null = null;
  unit.print("stdout", `${label}: ${id.unit} is played in memory${image ? ` in place of ${image}` : ""}\n`);
  return {
    ...(ports.length > 0 && {
      request(_request, response) {
        response.setHeader("content-type", "text/plain; charset=utf-8");
        response.end(`hello from ${label}\n`);
      },
      upgrade(request, socket, head) {
        sockets ??= new WebSocketServer({ noServer: true });
        sockets.handleUpgrade(request, socket, head, (client) => {
          client.on("error", () => client.terminate());
          client.on("message", (data, isBinary) => client.send(data, { binary: isBinary }));
        });
      },
    }),
    term() {
      unit.print("stdout", "ending on TERM\n");
      unit.exit(0);
    },
    async exec({ argv, stdin, stdout, exit }) {
      if (argv[0] === "cat" && argv.length === 1) stdout.write(await text(stdin));
      else stdout.write(`${argv[0] ?? ""} is played in memory: nothing was run\n`);
      exit(0);
    },
  };
};
