// One part of the bench on a thread of its own: the provider, or the proxy before it. Tells its port when it listens.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { parentPort, workerData } from "node:worker_threads";
import type { MasterKey } from "@agentpod/db/master-key";
import { openDatabase } from "@agentpod/db/open-database";
import { llmStandIn } from "@agentpod/host/testing/llm-stand-in";
import { llmProxy } from "@agentpod/server/llm/llm-proxy";

export type LlmPart = { part: "provider" } | { part: "proxy"; ownerUrl: string; masterKey: MasterKey };

const about = workerData as LlmPart;
if (about.part === "provider") parentPort?.postMessage((await llmStandIn()).url);
else {
  const database = await openDatabase({ ownerUrl: about.ownerUrl, masterKey: about.masterKey, embedded: true });
  const log = { info: () => {}, warn: console.error, error: console.error };
  const guard = { addresses: async () => ["127.0.0.1"] };
  const proxy = llmProxy({ database, guard, environment: null, owner: "bench", clock: () => new Date(), log });
  const server = createServer((request, response) => proxy.serve(request, response)).listen(0, "127.0.0.1");
  await once(server, "listening");
  parentPort?.postMessage(`http://127.0.0.1:${(server.address() as AddressInfo).port}/llm`);
}
