import { spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { copyFileSync, cpSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { docker } from "@agentpod/e2e/engine";
import { type Installation, makeInstallation, root } from "@agentpod/e2e/installation";
import { keepAliveLoad } from "@agentpod/e2e/keep-alive-load";
import { trustOfBuilds } from "@agentpod/e2e/trust-of-builds";
import { freePort } from "@agentpod/host/free-port";
import { request } from "undici";
import { median, quantile, round, type Table } from "./table.ts";

export const title = "A project deployed, beside `docker build` and `docker run` by hand";

const rounds = Number(process.env.BENCH_ROUNDS ?? "3");
const redeploys = 20;
const databaseImage = "postgres:17";

/** The Dockerfile that somebody would write for the same project. */
const dockerfile = (hasCa: boolean): string =>
  [
    "FROM node:24-bookworm-slim",
    "WORKDIR /app",
    ...(hasCa ? ["COPY ca.pem /ca.pem", "ENV NODE_EXTRA_CA_CERTS=/ca.pem"] : []),
    "COPY package.json package-lock.json ./",
    "RUN npm ci",
    "COPY . .",
    "ENV PORT=3000",
    'CMD ["node", "server.js"]',
  ].join("\n");

export async function run(): Promise<Table> {
  const installation = await makeInstallation("docker", trustOfBuilds());
  const folder = await mkdtemp(join(tmpdir(), "agentpod-bench-"));
  const ours = join(folder, "ours");
  const theirs = join(folder, "theirs");
  for (const place of [ours, theirs]) cpSync(join(root, "examples/express-postgres"), place, { recursive: true });
  const ca = process.env.NODE_EXTRA_CA_CERTS;
  if (ca !== undefined) copyFileSync(ca, join(theirs, "ca.pem"));
  writeFileSync(join(theirs, "Dockerfile"), dockerfile(ca !== undefined));
  const cold: Record<"ours" | "hand", number[]> = { ours: [], hand: [] };
  const warm: Record<"ours" | "hand", number[]> = { ours: [], hand: [] };
  try {
    await installation.start();
    for (let i = 0; i <= rounds; i++) {
      const hand = await byHand(theirs);
      const deployed = await byUs(installation, ours, `shop-${i}`);
      // The first of each warms the machine: pages of images, the registry's answers.
      if (i === 0) continue;
      cold.hand.push(hand.coldMs);
      warm.hand.push(hand.warmMs);
      cold.ours.push(deployed.coldMs);
      warm.ours.push(deployed.warmMs);
    }
    const load = keepAliveLoad(installation.port, "shop-1-main.localhost", ["/items", "/items", "/healthz", "/version"]);
    for (let i = 0; i < redeploys; i++) await deploy(installation, ours, "shop-1");
    await load.stop();
    const asked = [...load.seen.values()].reduce((sum, count) => sum + count, 0) + load.failed.length;
    const row = (name: string, values: number[], base: number[]) => [
      name,
      round(median(values)),
      round(quantile(values, 1)),
      round(median(values) / median(base), 2),
    ];
    return {
      columns: ["what, until the first 200 of the new version", "median ms", "slowest ms", "median / by hand"],
      rows: [
        row("by hand, from nothing", cold.hand, cold.hand),
        row("agentpod deploy, from nothing", cold.ours, cold.hand),
        row("by hand, a line changed", warm.hand, warm.hand),
        row("agentpod deploy, a line changed", warm.ours, warm.hand),
      ],
      notes: [
        `examples/express-postgres on Docker, ${rounds} alternating rounds after one to warm up; packages from the registry each time that nothing is kept.`,
        "By hand: `docker build`, a network, PostgreSQL, waiting for it, `docker run`; for a changed line `docker build` with its cache, `docker rm -f`, `docker run`: the old one is gone before the new one is there.",
        "Targets: from nothing ≤ 1.15 × by hand; a line changed < 5000 ms.",
        `${redeploys} redeployments under constant load over kept connections: ${load.failed.length} of ${asked} requests lost (target 0).${load.failed.length > 0 ? ` First: ${load.failed[0]}` : ""}`,
      ],
    };
  } finally {
    await installation.destroy();
    await rm(folder, { recursive: true, force: true });
  }
}

interface Measured {
  coldMs: number;
  warmMs: number;
}

/** Adds an address that answers with this text, and nothing else: no dependency changes. */
function edit(folder: string): string {
  const mark = randomUUID();
  const file = join(folder, "server.js");
  const line = /^app\.get\("\/version".*\n/m;
  const text = readFileSync(file, "utf8").replace(line, "");
  const added = `app.get("/version", (_request, response) => response.send("${mark}"));\n`;
  writeFileSync(file, text.replace(/^(app\.get\("\/".*\n)/m, `$1${added}`));
  return mark;
}

async function byUs(installation: Installation, folder: string, name: string): Promise<Measured> {
  const url = `http://127.0.0.1:${installation.port}`;
  const host = `${name}-main.localhost:${installation.port}`;
  const timed = async (): Promise<number> => {
    const mark = edit(folder);
    const from = performance.now();
    const served = serves(url, host, mark).then(() => performance.now() - from);
    return (await Promise.all([served, deploy(installation, folder, name)]))[0];
  };
  // Under another name nothing of an earlier deployment is kept.
  const coldMs = await timed();
  return { coldMs, warmMs: await timed() };
}

async function deploy(installation: Installation, folder: string, name: string): Promise<void> {
  const { code, stderr } = await installation.cli("deploy", folder, "--name", name, "-o", "json");
  if (code !== 0) throw new Error(`agentpod deploy ended with ${code}: ${stderr}`);
}

async function byHand(folder: string): Promise<Measured> {
  const tag = `agentpod-bench-${randomUUID().slice(0, 8)}`;
  const port = await freePort();
  const env = ["-e", "PGPASSWORD=of-the-bench", "-e", `DATABASE_URL=postgres://postgres:of-the-bench@${tag}-db/postgres`];
  const build = (...more: string[]) => docker("build", "-q", "-t", tag, ...more, folder);
  const start = () => docker("run", "-d", "--init", "--name", tag, "--network", tag, "-p", `127.0.0.1:${port}:3000`, ...env, tag);
  const url = `http://127.0.0.1:${port}`;
  try {
    let mark = edit(folder);
    let from = performance.now();
    build("--no-cache");
    docker("network", "create", tag);
    docker("run", "-d", "--name", `${tag}-db`, "--network", tag, "-e", "POSTGRES_PASSWORD=of-the-bench", databaseImage);
    // Over TCP: while it makes its first database it listens at its socket alone.
    while (spawnSync("docker", ["exec", `${tag}-db`, "pg_isready", "-h", "127.0.0.1", "-U", "postgres"]).status !== 0) await delay(50);
    start();
    await serves(url, "localhost", mark);
    const coldMs = performance.now() - from;
    mark = edit(folder);
    from = performance.now();
    build();
    docker("rm", "-f", tag);
    start();
    await serves(url, "localhost", mark);
    return { coldMs, warmMs: performance.now() - from };
  } finally {
    for (const name of [tag, `${tag}-db`]) spawnSync("docker", ["rm", "-f", "-v", name]);
    spawnSync("docker", ["network", "rm", tag]);
    spawnSync("docker", ["rmi", "-f", tag]);
  }
}

/** Resolves once `/version` answers with this text; asks every few milliseconds, which is the resolution. */
async function serves(url: string, host: string, mark: string): Promise<void> {
  for (const since = performance.now(); performance.now() - since < 600_000; await delay(5)) {
    const answer = await request(`${url}/version`, { headers: { host } }).catch(() => null);
    const text = await answer?.body.text().catch(() => "");
    if (answer?.statusCode === 200 && text === mark) return;
  }
  throw new Error(`${url} (${host}) did not answer with its new version`);
}
