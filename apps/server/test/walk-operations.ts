import { z } from "zod";
import { queueOperation } from "../src/workflows/queue-operation.ts";
import type { ApiRig } from "./api-rig.ts";

/** An operation of acme's that waits, for nobody runs any here. */
export async function operationOfAcme(rig: ApiRig): Promise<string> {
  return rig.deps.database.asSystem(async (store) => {
    const tenant = await store.tenants.get("acme");
    const request = { input: null, tenant, pods: [await store.pods.get("acme", "web")], actor: "token:test" };
    return (await queueOperation(store, { kind: "test.wait", input: z.null() }, request)).id;
  });
}
