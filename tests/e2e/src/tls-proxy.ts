import { execFile, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { freePort } from "@agentpod/host/free-port";

const nginx = ["/usr/sbin/nginx", "/usr/bin/nginx", "/opt/homebrew/bin/nginx"].find((path) => spawnSync(path, ["-v"]).status === 0) ?? null;

/** Whether a foreign proxy can be had here: nginx, and openssl for its certificate. */
export const hasTlsProxy = nginx !== null && spawnSync("openssl", ["version"]).status === 0;

/** nginx before a front door as its users set it up: TLS ends here, Host is kept, the chain of addresses grows. */
export async function startTlsProxy(upstreamPort: number): Promise<{ port: number; stop(): Promise<void> }> {
  if (nginx === null) throw new Error("nginx is not installed");
  const folder = await mkdtemp(join(tmpdir(), "agentpod-tls-proxy-"));
  const port = await freePort();
  const subject = ["-subj", "/CN=proxy.test", "-days", "1", "-keyout", `${folder}/key.pem`, "-out", `${folder}/cert.pem`];
  await promisify(execFile)("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", ...subject]);
  await writeFile(join(folder, "nginx.conf"), configOf(folder, port, upstreamPort));
  const child = spawn(nginx, ["-p", folder, "-c", join(folder, "nginx.conf"), "-g", "daemon off;"], { stdio: "ignore" });
  for (const deadline = Date.now() + 10_000; !(await answers(port)); await delay(50))
    if (child.exitCode !== null || Date.now() > deadline) throw new Error(`nginx did not start (${child.exitCode})`);
  return {
    port,
    stop: async () => {
      if (child.exitCode === null) {
        child.kill("SIGTERM");
        await once(child, "exit");
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  const found = await Promise.race([once(socket, "connect").then(() => true), once(socket, "error").then(() => false)]).catch(() => false);
  socket.destroy();
  return found;
}

function configOf(folder: string, port: number, upstreamPort: number): string {
  const kept = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((kind) => `${kind}_temp_path ${folder}/${kind};`).join("\n  ");
  return `worker_processes 1;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log;
events {}
http {
  access_log off;
  ${kept}
  server {
    listen 127.0.0.1:${port} ssl;
    ssl_certificate ${folder}/cert.pem;
    ssl_certificate_key ${folder}/key.pem;
    location / {
      proxy_pass http://127.0.0.1:${upstreamPort};
      proxy_http_version 1.1;
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_upgrade;
    }
  }
  map $http_upgrade $connection_upgrade { default upgrade; "" close; }
}
`;
}
