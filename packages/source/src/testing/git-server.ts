import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

/** Runs git for a test, as somebody of no importance. */
export function git(folder: string, ...argv: string[]): string {
  const who = [
    "-c",
    "user.name=T",
    "-c",
    "user.email=t@example.com",
    "-c",
    "init.defaultBranch=main",
    "-c",
    "protocol.file.allow=always",
    "-c",
    "commit.gpgsign=false",
  ];
  return execFileSync("git", [...who, ...argv], { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
}

export interface GitServer {
  port: number;
  /** What was asked: method, path, and whether a login came with it. */
  asked: { path: string; login: string | null }[];
  close(): Promise<void>;
}

export interface GitServerOptions {
  /** `user:token` that everybody has to come with. */
  login?: string;
  /** Serves HTTPS with it. */
  tls?: { key: string; cert: string };
  /** Answers instead of git; true where it did. */
  before?(request: IncomingMessage, response: ServerResponse): boolean;
}

/** Git's own server program behind HTTP, for the repositories below `folder`. */
export async function gitServer(folder: string, { login, tls, before }: GitServerOptions = {}): Promise<GitServer> {
  const backend = join(execFileSync("git", ["--exec-path"], { encoding: "utf8" }).trim(), "git-http-backend");
  const asked: GitServer["asked"] = [];
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const basic = /^Basic (.*)$/.exec(request.headers.authorization ?? "")?.[1];
    const given = basic === undefined ? null : Buffer.from(basic, "base64").toString();
    asked.push({ path: request.url ?? "", login: given });
    if (before?.(request, response)) return;
    if (login !== undefined && given !== login) {
      response.writeHead(401, { "www-authenticate": 'Basic realm="git"' }).end();
      return;
    }
    serve(backend, folder, request, response);
  };
  const server = tls === undefined ? createServer(answer) : createSecureServer(tls, answer);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    asked,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

function serve(backend: string, folder: string, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? "/", "http://git");
  const cgi = spawn(backend, [], {
    env: {
      PATH: "/usr/local/bin:/usr/bin:/bin",
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: "1",
      GIT_CONFIG_COUNT: "1",
      GIT_CONFIG_KEY_0: "safe.directory",
      GIT_CONFIG_VALUE_0: "*",
      REQUEST_METHOD: request.method,
      PATH_INFO: url.pathname,
      QUERY_STRING: url.search.slice(1),
      CONTENT_TYPE: request.headers["content-type"] ?? "",
      HTTP_CONTENT_ENCODING: request.headers["content-encoding"] ?? "",
      GIT_PROTOCOL: String(request.headers["git-protocol"] ?? ""),
      REMOTE_USER: "t",
    },
    stdio: ["pipe", "pipe", "ignore"],
  });
  cgi.stdin.on("error", () => undefined);
  request.pipe(cgi.stdin);
  let head = Buffer.alloc(0);
  let isOpen = false;
  cgi.stdout.on("data", (chunk: Buffer) => {
    if (isOpen) return void response.write(chunk);
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf("\r\n\r\n");
    if (end < 0) return;
    isOpen = true;
    const lines = head
      .subarray(0, end)
      .toString()
      .split("\r\n")
      .map((line) => line.split(/: (.*)/s));
    const status = Number(lines.find(([name]) => name === "Status")?.[1]?.split(" ")[0] ?? 200);
    response.writeHead(
      status,
      Object.fromEntries(lines.filter(([name]) => name !== "Status").map(([name = "", value = ""]) => [name, value])),
    );
    response.write(head.subarray(end + 4));
  });
  cgi.stdout.on("end", () => response.end());
}
