import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { scratchDatabase } from "@agentpod/db/testing/scratch-database";
import { startTestPostgres } from "@agentpod/db/testing/test-postgres";
import { newLlmKey } from "@agentpod/server/llm/new-llm-key";
import { Agent, request } from "undici";
import type { LlmPart } from "./llm-worker.ts";
import { median, quantile, round, type Table } from "./table.ts";

export const title = "LLM proxy: what a call costs beside the provider's own time";

const rounds = 600;
const warmUp = 100;
const price = { input: 2, output: 10, cacheRead: 0.5, cacheWrite: 3 };

/** A call's milliseconds until its head, and until its end. */
interface Took {
  head: number;
  end: number;
}

export async function run(): Promise<Table> {
  const postgres = await startTestPostgres();
  const scratch = await scratchDatabase(postgres.ownerUrl);
  const workers: Worker[] = [];
  const part = async (about: LlmPart): Promise<string> => {
    const worker = new Worker(new URL("./llm-worker.ts", import.meta.url), { workerData: about });
    workers.push(worker);
    const [url] = await once(worker, "message");
    return url as string;
  };
  const agent = new Agent({ connections: 64 });
  try {
    const { database, ownerUrl, masterKey } = scratch;
    const provider = await part({ part: "provider" });
    const key = newLlmKey();
    const tenant = await database.asSystem(async (store) => {
      const made = await store.tenants.insert({ name: "acme", quota: {} });
      const models = [{ name: "small", upstream: "small-2026", price }];
      await store.llmProviders.insert({
        ...{ tenantId: null, name: "one", dialect: "openai", baseUrl: `${provider}/v1`, key: "sk-x", models, priority: 1 },
      });
      await store.llmKeys.insert({ id: key.id, tenantId: made.id, podId: null, name: "bench", hash: key.hash });
      return made;
    });
    const proxy = await part({ part: "proxy", ownerUrl, masterKey });

    const call = async (base: string, stream: boolean, words: number): Promise<Took> => {
      const from = performance.now();
      const { statusCode, body } = await request(`${base}/v1/chat/completions`, {
        method: "POST",
        dispatcher: agent,
        headers: { authorization: `Bearer ${key.text}`, "content-type": "application/json" },
        body: JSON.stringify({ model: "small", stream, max_tokens: words, messages: [{ role: "user", content: "x".repeat(4000) }] }),
      });
      const head = performance.now() - from;
      const text = await body.text();
      if (statusCode !== 200) throw new Error(`${base} answered ${statusCode}: ${text}`);
      return { head, end: performance.now() - from };
    };
    /** In turns, so that both meet the same machine. */
    const compare = async (stream: boolean, words: number, atOnce: number): Promise<{ direct: Took[]; proxied: Took[] }> => {
      const found = { direct: [] as Took[], proxied: [] as Took[] };
      for (let i = -warmUp; i < rounds; i += atOnce) {
        const direct = await Promise.all(Array.from({ length: atOnce }, () => call(provider, stream, words)));
        const proxied = await Promise.all(Array.from({ length: atOnce }, () => call(proxy, stream, words)));
        if (i < 0) continue;
        found.direct.push(...direct);
        found.proxied.push(...proxied);
      }
      return found;
    };
    const row = (what: string, { direct, proxied }: Awaited<ReturnType<typeof compare>>, by: keyof Took): string[] => {
      const [d, p] = [direct.map((one) => one[by]), proxied.map((one) => one[by])];
      const at = (values: number[], q: number) => quantile(values, q);
      return [
        what,
        `${round(median(d), 2)} / ${round(at(d, 0.95), 2)} ms`,
        `${round(median(p), 2)} / ${round(at(p, 0.95), 2)} ms`,
        `${round(median(p) - median(d), 2)} / ${round(at(p, 0.95) - at(d, 0.95), 2)} ms`,
        `${round(median(p) / median(d), 1)}`,
      ];
    };
    const whole = await compare(false, 50, 1);
    const stream = await compare(true, 200, 1);
    const many = await compare(false, 50, 16);
    const limits = { moneyPerMonthNano: 1e15, tokensPerDay: 1e12, warnPercent: 80 };
    await database.asSystem((store) => store.llmUsage.putBudget({ tenantId: tenant.id, podId: null, ...limits }));
    const budgeted = await compare(false, 50, 1);
    return {
      columns: ["what", "provider alone, p50 / p95", "through the proxy", "more", "ratio p50"],
      rows: [
        row("a whole answer", whole, "end"),
        row("a stream of 200 words: until its head", stream, "head"),
        row("a stream of 200 words: until its end", stream, "end"),
        row("a whole answer, with budgets", budgeted, "end"),
        row("a whole answer, 16 calls at once", many, "end"),
      ],
      notes: [
        `${rounds} calls each, in turns; a request of 4 kB, a provider that answers at once; each part on a thread of its own, PostgreSQL embedded.`,
        "Target: less than 5 ms more at p95 for one call. Counted and committed before each answer's end.",
      ],
    };
  } finally {
    await agent.close();
    await Promise.all(workers.map((worker) => worker.terminate()));
    await scratch.drop();
    await postgres.stop();
  }
}
