import { execFile, execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { afterTest, startRig, tempDir } from "./rig.ts";

const who = ["-c", "user.name=T", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main", "-c", "commit.gpgsign=false"];
const git = (folder: string, ...argv: string[]): string =>
  execFileSync("git", [...who, ...argv], { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();

/** Git's own program behind HTTP; what a push says comes a while after its body. */
function backend(folder: string, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? "/", "http://git");
  const cgi = spawn(join(git(folder, "--exec-path"), "git-http-backend"), [], {
    stdio: ["pipe", "pipe", "ignore"],
    env: {
      ...{ PATH: process.env.PATH, GIT_PROJECT_ROOT: folder, GIT_HTTP_EXPORT_ALL: "1", REMOTE_USER: "t", REQUEST_METHOD: request.method },
      ...{ PATH_INFO: url.pathname.slice("/git".length), QUERY_STRING: url.search.slice(1), GIT_CONFIG_COUNT: "1" },
      ...{ GIT_CONFIG_KEY_0: "safe.directory", GIT_CONFIG_VALUE_0: "*", CONTENT_TYPE: request.headers["content-type"] ?? "" },
      HTTP_CONTENT_ENCODING: String(request.headers["content-encoding"] ?? ""),
    },
  });
  request.pipe(cgi.stdin).on("error", () => undefined);
  let head = Buffer.alloc(0);
  cgi.stdout.on("data", (chunk: Buffer) => {
    if (response.headersSent) return void response.write(chunk);
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf("\r\n\r\n");
    if (end < 0) return;
    const lines = head.subarray(0, end).toString().split("\r\n");
    const fields = lines.map((line) => line.split(/: (.*)/s).slice(0, 2) as [string, string]).filter(([name]) => name !== "Status");
    response.writeHead(200, Object.fromEntries(fields)).write(head.subarray(end + 4));
  });
  cgi.stdout.on("end", () => response.end());
}

describe("C3 git push through the front door", () => {
  it("passes what git sends in chunks, after it was told to go on, and the answer as it comes", { timeout: 120_000 }, async () => {
    const rig = await startRig({ dashboardSocket: "nowhere.sock" });
    const folder = await tempDir();
    const encodings: unknown[] = [];
    const server = createServer((request, response) => {
      encodings.push(request.headers["transfer-encoding"]);
      backend(folder, request, response);
    });
    await new Promise<void>((resolve) => server.listen(join(rig.dir, "server.sock"), resolve));
    afterTest(() => new Promise((resolve) => server.close(resolve).closeAllConnections()));
    git(folder, "init", "--quiet", "--bare", "shop.git");
    git(join(folder, "shop.git"), "config", "http.receivepack", "true");
    const work = join(folder, "work");
    mkdirSync(work);
    git(work, "init", "--quiet");
    writeFileSync(join(work, "big.bin"), randomBytes(16 * 1024 * 1024));
    git(work, "add", "--all");
    git(work, "commit", "--quiet", "-m", "big");
    const env = { PATH: process.env.PATH ?? "", HOME: folder, GIT_TERMINAL_PROMPT: "0", GIT_CONFIG_NOSYSTEM: "1" };
    const said = await new Promise<string>((resolve) => {
      const argv = ["-c", "http.extraHeader=Expect: 100-continue", "push", `http://localhost:${rig.port}/git/shop.git`, "main"];
      execFile("git", argv, { cwd: work, env }, (error, stdout, stderr) => resolve(`${error?.code ?? 0} ${stdout}${stderr}`));
    });
    expect(said).toMatch(/^0 [\s\S]*\[new branch\]\s+main -> main/);
    expect(encodings).toContain("chunked");
    expect(git(join(folder, "shop.git"), "rev-parse", "main")).toBe(git(work, "rev-parse", "HEAD"));
  });
});
