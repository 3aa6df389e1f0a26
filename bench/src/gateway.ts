import { echoes, type Load, type Round, requests } from "./gateway-load.ts";
import { startProxies, type TestedProxy } from "./gateway-proxies.ts";
import { markdown, median, round, type Table } from "./table.ts";

export const title = "The embedded gateway beside Caddy and nginx, one core each";

const rounds = Number(process.env.BENCH_ROUNDS ?? "5");
const seconds = Number(process.env.BENCH_SECONDS ?? "4");
const cases: { name: string; load: Load }[] = [
  { name: "1 kB, 64 connections", load: requests("/1k", 64) },
  { name: "1 kB, 16 connections", load: requests("/1k", 16) },
  { name: "1 MB, 16 connections", load: requests("/1m", 16) },
  { name: "WebSocket echo 1 kB, 64 connections", load: echoes(64) },
];

export async function run(): Promise<Table> {
  const proxies = await startProxies();
  try {
    const rows: Table["rows"] = [];
    for (const { name, load } of cases) {
      for (const proxy of proxies.list) await load(proxy, 1);
      const results = await alternate(proxies.list, load);
      const caddy = results.get("Caddy") as Round[];
      for (const [proxy, own] of results) rows.push(rowOf(name, proxy, own, caddy));
    }
    return {
      columns: ["load", "proxy", "per second", "p99 ms", "per second ÷ Caddy", "p99 ÷ Caddy", "CPU µs each", "capacity of a core ÷ Caddy"],
      rows,
      notes: [
        `Medians of ${rounds} alternating rounds of ${seconds} s; ratios are medians of each round's ratio. wrk, nginx as upstream, keep-alive.`,
        "The proxy has one core (taskset, GOMAXPROCS=1, one nginx worker), load generator and upstream the other. Only the gateway writes an access log.",
        "CPU µs each: the proxy's own CPU time for one request; on a machine with other work it says more than requests per second.",
        "Target: 1.3 × Caddy, p99 no worse.",
      ],
    };
  } finally {
    await proxies.close();
  }
}

async function alternate(proxies: readonly TestedProxy[], load: Load): Promise<Map<string, Round[]>> {
  const results = new Map<string, Round[]>(proxies.map(({ name }) => [name, []]));
  for (let i = 0; i < rounds; i++) for (const proxy of proxies) results.get(proxy.name)?.push(await load(proxy, seconds));
  return results;
}

function rowOf(name: string, proxy: string, own: readonly Round[], caddy: readonly Round[]): (string | number)[] {
  const ratio = (pick: (round: Round) => number): number => round(median(own.map((one, i) => pick(one) / pick(caddy[i] as Round))), 2);
  return [
    name,
    proxy,
    round(median(own.map((one) => one.perSecond))),
    round(median(own.map((one) => one.p99Milliseconds)), 1),
    ratio((one) => one.perSecond),
    ratio((one) => one.p99Milliseconds),
    round(median(own.map((one) => one.cpuMicroseconds))),
    ratio((one) => 1 / one.cpuMicroseconds),
  ];
}

if (import.meta.main) console.log(markdown(title, await run()));
