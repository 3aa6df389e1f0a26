import { type Load, type Round, requests } from "./gateway-load.ts";
import { idleSocketKilobytes } from "./gateway-memory.ts";
import { type Proxies, startProxies, type TestedProxy } from "./gateway-proxies.ts";
import { switchTables } from "./gateway-tables.ts";
import { markdown, median, round, type Table } from "./table.ts";
import { handshakes, secureRequests, streams } from "./tls-load.ts";

export const title = "HTTPS at the embedded gateway beside Caddy and nginx, one core each";

const rounds = Number(process.env.BENCH_ROUNDS ?? "5");
const seconds = Number(process.env.BENCH_SECONDS ?? "4");
const cases: { name: string; load: Load }[] = [
  { name: "full TLS 1.3 handshakes", load: handshakes(4) },
  { name: "1 kB, HTTP/1.1, 64 connections", load: secureRequests("/1k", 64) },
  { name: "1 kB, HTTP/1.1, 16 connections", load: secureRequests("/1k", 16) },
  { name: "1 MB, HTTP/1.1, 16 connections", load: secureRequests("/1m", 16) },
  { name: "1 kB, HTTP/2, 16 connections, 8 streams each", load: streams("/1k", 16, 8) },
  { name: "1 kB, HTTP/2, 64 connections, 1 stream each", load: streams("/1k", 64, 1) },
];

export async function run(): Promise<Table> {
  const proxies = await startProxies();
  try {
    // Before any load: what a proxy has freed since would hide what a connection takes.
    const memory = await memoryNotes(proxies);
    const rows: Table["rows"] = [];
    for (const { name, load } of cases) {
      for (const proxy of proxies.list) await load(proxy, 1);
      const results = await alternate(proxies.list, load);
      const caddy = results.get("Caddy") as Round[];
      for (const [proxy, own] of results) rows.push(rowOf(name, proxy, own, caddy));
    }
    const notes = [
      `Medians of ${rounds} alternating rounds of ${seconds} s; ratios are medians of each round's ratio. ECDSA P-256; openssl s_time, wrk, h2load; nginx as upstream.`,
      "The proxy has one core, load generators and upstream the other. CPU µs each: the proxy's own CPU time for one handshake or request; on a machine with other work it says more than the number per second, which the load generators' core bounds too.",
      "Target: handshakes and requests 1.0 × Caddy, aim 1.3 on requests.",
      ...memory,
      ...(await tableNotes(proxies)),
    ];
    return {
      columns: ["load", "proxy", "per second", "p99 ms", "per second ÷ Caddy", "CPU µs each", "capacity of a core ÷ Caddy"],
      rows,
      notes,
    };
  } finally {
    await proxies.close();
  }
}

async function memoryNotes({ list }: Proxies): Promise<string[]> {
  const notes: string[] = [];
  for (const isSecure of [false, true]) {
    const parts: string[] = [];
    for (const proxy of list.slice(0, 2)) parts.push(`${proxy.name} ${round(await idleSocketKilobytes(proxy, isSecure))} kB`);
    notes.push(`Resident memory of each of 1,000 idle WebSockets${isSecure ? " over TLS" : ""}: ${parts.join(", ")}.`);
  }
  return notes;
}

async function tableNotes(proxies: Proxies): Promise<string[]> {
  const own = proxies.list[0] as TestedProxy;
  const look = async () => (await requests("/1k", 16)(own, seconds)).cpuMicroseconds;
  const few = await look();
  const { milliseconds, longestWait, routes } = await switchTables(proxies);
  const many = await look();
  return [
    `A table of ${routes} routes, one of them changed, is checked, on disk and served after ${round(milliseconds)} ms (target 100); the longest that a request waited meanwhile was ${round(longestWait)} ms.`,
    `CPU of one request with 2 routes: ${round(few, 1)} µs, with ${routes}: ${round(many, 1)} µs.`,
  ];
}

async function alternate(proxies: readonly TestedProxy[], load: Load): Promise<Map<string, Round[]>> {
  const results = new Map<string, Round[]>(proxies.map(({ name }) => [name, []]));
  for (let i = 0; i < rounds; i++) for (const proxy of proxies) results.get(proxy.name)?.push(await load(proxy, seconds));
  return results;
}

function rowOf(name: string, proxy: string, own: readonly Round[], caddy: readonly Round[]): (string | number)[] {
  const ratio = (pick: (round: Round) => number): number => round(median(own.map((one, i) => pick(one) / pick(caddy[i] as Round))), 2);
  const p99 = median(own.map((one) => one.p99Milliseconds));
  return [
    name,
    proxy,
    round(median(own.map((one) => one.perSecond))),
    Number.isNaN(p99) ? "–" : round(p99, 1),
    ratio((one) => one.perSecond),
    round(median(own.map((one) => one.cpuMicroseconds))),
    ratio((one) => 1 / one.cpuMicroseconds),
  ];
}

if (import.meta.main) console.log(markdown(title, await run()));
