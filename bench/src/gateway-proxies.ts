import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { RouteEntry } from "@agentpod/core/route-table";
import { embeddedGateway } from "@agentpod/gateways/embedded/driver";
import { freePort } from "@agentpod/host/free-port";
import { type TestCertificate, testCertificate } from "@agentpod/host/test-certificate";

/** One proxy under test: a process on a core of its own. */
export interface TestedProxy {
  name: string;
  port: number;
  /** Of HTTPS, for `localhost`. */
  tlsPort: number;
  pid: number;
}

export interface Proxies {
  /** The embedded gateway, Caddy, nginx. */
  list: TestedProxy[];
  /** Of the embedded gateway. */
  controlSocket: string;
  /** What it serves. */
  routes: readonly RouteEntry[];
  close(): Promise<void>;
}

export const host = "web-acme.localhost";
const proxyCore = "0";
/** Load generator and upstream share the other core, the same for every proxy. */
export const loadCore = "1";
const main = fileURLToPath(new URL("../../apps/gateway/src/main.ts", import.meta.url));

/** All three before the same upstreams: files of 1 kB and 1 MB from nginx, `/ws` an echo. */
export async function startProxies(): Promise<Proxies> {
  const dir = await mkdtemp(join(tmpdir(), "bench-gw-"));
  const children: ChildProcess[] = [];
  const start = async (core: string, argv: string[], port: number, env: Record<string, string> = {}): Promise<number> => {
    const child = spawn("taskset", ["-c", core, ...argv], {
      stdio: ["ignore", "ignore", "pipe"],
      cwd: dir,
      env: { PATH: process.env.PATH ?? "", HOME: dir, ...env },
    });
    children.push(child);
    tellDeath(child, argv);
    await once(child, "spawn");
    await listens(port, child);
    return child.pid as number;
  };
  const close = async (): Promise<void> => {
    for (const child of children) {
      const gone = once(child, "exit");
      if (child.exitCode === null && child.signalCode === null && child.kill()) await gone;
    }
    await rm(dir, { recursive: true, force: true });
  };
  try {
    const ports = await Promise.all(Array.from({ length: 8 }, freePort));
    const [files, echo, gateway, caddy, nginx, gatewayTls, caddyTls, nginxTls] = ports as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    const certificate = await testCertificate(["localhost", host]);
    await writeFile(join(dir, "chain.pem"), certificate.chain);
    await writeFile(join(dir, "key.pem"), certificate.key);
    for (const folder of ["www", "run", "gateway", "files", "proxy"]) await mkdir(join(dir, folder));
    await writeFile(join(dir, "www/1k"), Buffer.alloc(1024, "k"));
    await writeFile(join(dir, "www/1m"), Buffer.alloc(1_048_576, "m"));
    await writeFile(join(dir, "files.conf"), nginxConf(join(dir, "files"), `server { listen 127.0.0.1:${files}; root ${dir}/www; }`));
    await writeFile(join(dir, "proxy.conf"), nginxConf(join(dir, "proxy"), proxyServer(dir, nginx, nginxTls, files, echo)));
    await writeFile(join(dir, "Caddyfile"), caddyfile(dir, caddy, caddyTls, files, echo));
    await start(loadCore, ["nginx", "-c", join(dir, "files.conf")], files);
    await start(loadCore, [process.execPath, fileURLToPath(new URL("./gateway-echo.ts", import.meta.url)), String(echo)], echo);
    const list = [
      {
        name: "AgentPod",
        port: gateway,
        tlsPort: gatewayTls,
        pid: await start(proxyCore, [process.execPath, "--max-semi-space-size=8", "--max-old-space-size=192", main], gateway, {
          AGENTPOD_HOME: dir,
          AGENTPOD_PORT: String(gateway),
          AGENTPOD_HTTPS_PORT: String(gatewayTls),
          AGENTPOD_LISTEN: "127.0.0.1",
        }),
      },
      {
        name: "Caddy",
        port: caddy,
        tlsPort: caddyTls,
        pid: await start(proxyCore, ["caddy", "run", "--config", join(dir, "Caddyfile"), "--adapter", "caddyfile"], caddy, {
          GOMAXPROCS: "1",
        }),
      },
      { name: "nginx", port: nginx, tlsPort: nginxTls, pid: await start(proxyCore, ["nginx", "-c", join(dir, "proxy.conf")], nginx) },
    ];
    const controlSocket = join(dir, "run/gateway.sock");
    const routes = await serve(controlSocket, files, echo, certificate);
    return { list, controlSocket, routes, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function serve(socketPath: string, files: number, echo: number, certificate: TestCertificate): Promise<RouteEntry[]> {
  const route = (id: string, path: string, port: number) => ({
    id,
    pod: id,
    label: `acme/${id}`,
    hosts: [host, "localhost"],
    publicPort: null,
    path,
    state: "serving" as const,
    message: "",
    upstreams: [{ id, address: { kind: "tcp" as const, host: "127.0.0.1", port } }],
    holdSeconds: 10,
    timeoutSeconds: 60,
    drainSeconds: 1,
  });
  const gateway = embeddedGateway({ socketPath });
  await gateway.setCertificates({
    version: "1",
    certificates: [{ id: "1", names: ["localhost", host], ...certificate, ocsp: null, isPublic: false }],
  });
  const routes = [route("files", "/", files), route("echo", "/ws", echo)];
  await gateway.apply({ version: 1, routes });
  return routes;
}

/** One process, no log, everything temporary below `dir`. */
const nginxConf = (dir: string, server: string): string => `
daemon off; master_process off; worker_processes 1; pid ${dir}/pid; error_log ${dir}/error.log;
events { worker_connections 4096; }
http {
  access_log off; sendfile on; keepalive_requests 1000000000; keepalive_timeout 600s;
  client_body_temp_path ${dir}/b; proxy_temp_path ${dir}/p; fastcgi_temp_path ${dir}/f; uwsgi_temp_path ${dir}/u; scgi_temp_path ${dir}/s;
  ${server}
}
`;

const proxyServer = (dir: string, port: number, tlsPort: number, files: number, echo: number): string => `
  upstream files { server 127.0.0.1:${files}; keepalive 128; keepalive_requests 1000000000; }
  server {
    listen 127.0.0.1:${port};
    listen 127.0.0.1:${tlsPort} ssl http2;
    ssl_certificate ${dir}/chain.pem; ssl_certificate_key ${dir}/key.pem;
    proxy_http_version 1.1;
    location / { proxy_set_header Connection ""; proxy_set_header Host $host; proxy_pass http://files; }
    location /ws { proxy_set_header Connection upgrade; proxy_set_header Upgrade $http_upgrade; proxy_pass http://127.0.0.1:${echo}; }
  }
`;

const caddyfile = (dir: string, port: number, tlsPort: number, files: number, echo: number): string => `{
	admin off
	auto_https off
	default_sni localhost
}
(routes) {
	bind 127.0.0.1
	handle /ws {
		reverse_proxy 127.0.0.1:${echo}
	}
	handle {
		reverse_proxy 127.0.0.1:${files}
	}
}
http://:${port} {
	import routes
}
https://localhost:${tlsPort} {
	tls ${dir}/chain.pem ${dir}/key.pem
	import routes
}
`;

/** One that dies by itself says so, with its last words. */
function tellDeath(child: ChildProcess, argv: readonly string[]): void {
  let words = "";
  child.stderr?.on("data", (bytes: Buffer) => {
    words = (words + bytes).slice(-4000);
  });
  child.once("exit", (code, signal) => {
    if (!child.killed) console.error(`${argv.join(" ")} ended with ${code ?? signal}:\n${words}`);
  });
}

/** CPU that a process has used so far, microseconds. */
export async function cpuMicroseconds(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}

async function listens(port: number, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (child.exitCode !== null) throw new Error(`${child.spawnargs.join(" ")} ended with ${child.exitCode}`);
    const socket = connect(port, "127.0.0.1");
    const isOpen = await once(socket, "connect").then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isOpen) return;
    await delay(50);
  }
  throw new Error(`${child.spawnargs.join(" ")} does not listen`);
}
