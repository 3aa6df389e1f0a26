import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { AppError } from "@agentpod/core/errors";
import { pack } from "tar-stream";

/**
 * The program all drivers run: one file, no dependencies, Node 18 or later. Without arguments it serves HTTP and a
 * WebSocket echo on LISTEN:PORT until TERM (exit 0; IGNORE_TERM=1: deaf to it; NO_LISTEN=1: no server). With arguments:
 * `print OUT ERR`, `exit CODE`, `cat` (stdin to stdout), `size` (`size COLSxROWS` now and at each resize, until a line
 * comes in), `env NAME`, `wait` (until killed).
 */
export const programSource = `import { createHash } from "node:crypto";
import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";

const [command, ...args] = process.argv.slice(2);
const hog = [];

const serve = () => {
  const server = createServer((request, response) => {
    const url = new URL(request.url, "http://unit");
    const query = (name) => url.searchParams.get(name);
    switch (url.pathname) {
      case "/": return response.end("hello from " + process.pid);
      case "/env": return response.end(process.env[query("name")] ?? "(unset)");
      case "/exit": response.end("bye"); return setImmediate(() => process.exit(Number(query("code"))));
      case "/log": process[query("to")].write(query("text") + "\\n", () => response.end("logged")); return;
      case "/write": writeFileSync(query("path"), query("text")); return response.end("written");
      case "/read": try { return response.end(readFileSync(query("path"))); } catch { response.statusCode = 404; return response.end("absent"); }
      case "/eat": for (let i = 0; i < Number(query("mb")); i++) hog.push(Buffer.alloc(1 << 20, 1)); return response.end("full");
      case "/spawn": return spawnMany(Number(query("count"))).then((failed) => response.end(String(failed)));
      default: response.statusCode = 404; response.end("no such path");
    }
  });
  server.on("upgrade", (request, socket) => {
    const accept = createHash("sha1").update(request.headers["sec-websocket-key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest("base64");
    socket.write("HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\nSec-WebSocket-Accept: " + accept + "\\r\\n\\r\\n");
    socket.on("error", () => socket.destroy());
    socket.on("data", (frame) => {
      if ((frame[0] & 15) === 8) return socket.end();
      const length = frame[1] & 127;
      const mask = frame.subarray(2, 6);
      const text = Buffer.from(frame.subarray(6, 6 + length).map((byte, i) => byte ^ mask[i % 4]));
      socket.write(Buffer.concat([Buffer.from([129, length]), text]));
    });
  });
  server.listen(Number(process.env.PORT), process.env.LISTEN, () => console.log("listening"));
};

const spawnMany = async (count) => {
  const started = Array.from({ length: count }, () => new Promise((done) => {
    try {
      const child = spawn("sleep", ["300"], { stdio: "ignore" });
      child.on("error", () => done(1));
      child.on("spawn", () => done(0));
    } catch { done(1); }
  }));
  return (await Promise.all(started)).reduce((sum, one) => sum + one, 0);
};

switch (command) {
  case undefined:
    process.on("SIGTERM", () => { console.log("got TERM"); if (!process.env.IGNORE_TERM) process.exit(0); });
    console.log("out: started");
    console.error("err: started");
    if (process.env.NO_LISTEN) setInterval(() => {}, 1 << 30); else serve();
    break;
  case "print": process.stdout.write(args[0] + "\\n"); process.stderr.write(args[1] + "\\n"); break;
  case "exit": process.exitCode = Number(args[0]); break;
  case "cat": process.stdin.pipe(process.stdout); break;
  case "env": process.stdout.write((process.env[args[0]] ?? "(unset)") + "\\n"); break;
  case "wait": process.stdout.write("waiting\\n"); setInterval(() => {}, 1 << 30); break;
  case "size": {
    const print = () => process.stdout.write("size " + process.stdout.columns + "x" + process.stdout.rows + "\\n");
    process.stdout.on("resize", print);
    process.stdin.once("data", () => process.exit(0));
    print();
    break;
  }
}
`;

/** The program as the code artifact of a unit. */
export async function programArtifact(): Promise<{ digest: string; open: (digest: string) => Promise<Readable> }> {
  const tar = pack();
  // A fixed time: the digest is the same in every process.
  tar.entry({ name: "program.mjs", mode: 0o644, mtime: new Date(0) }, programSource);
  tar.finalize();
  const bytes = await buffer(tar);
  const digest = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
  return {
    digest,
    open: async (wanted) => {
      if (wanted !== digest) throw new AppError("not_found", `there is no artifact ${wanted}`);
      return Readable.from([bytes]);
    },
  };
}
