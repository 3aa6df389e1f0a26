import { join } from "node:path";
import { roles } from "@agentpod/core/permission";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { shipTemplates } from "../src/setup/ship-templates.ts";
import { type ApiRig, apiRig } from "./api-rig.ts";

let rig: ApiRig;

beforeAll(async () => {
  rig = await apiRig(inject("serverUrl"));
  await shipTemplates(join(import.meta.dirname, "../../../templates"), rig.deps.database, rig.deps.artifacts as never, rig.deps.log);
  await rig.admin.tenants.create({ name: "acme" });
});
afterAll(() => rig?.close());

describe("A10 an answer to a change says whether it restarts", () => {
  it("of an agent's configuration, of any pod, and of a way back; and before it is made", async () => {
    const client = rig.client(await rig.token("acme", roles.admin));
    await client.pods.create("acme", { name: "agent", template: "openclaw", inputs: { llmModel: "m1" } });
    expect((await client.agents.previewConfig("acme", "agent", { llm: { model: "m2" } })).applies).toBe("live");
    expect((await client.agents.previewConfig("acme", "agent", { llm: { key: "sk-of-their-own" } })).applies).toBe("nothing");
    expect(
      (await client.agents.previewConfig("acme", "agent", { llm: { key: "sk-of-their-own", baseUrl: "https://api.example.com/v1" } }))
        .applies,
    ).toBe("restart");
    expect((await client.agents.configure("acme", "agent", { llm: { model: "m2" } })).applies).toBe("live");
    expect((await client.agents.configure("acme", "agent", { llm: { model: "m2" } })).applies).toBe("nothing");
    expect((await client.pods.update("acme", "agent", { inputs: { memoryMb: 1024 } })).applies).toBe("restart");
    expect((await client.pods.rollback("acme", "agent", 2)).applies).toBe("restart");
    expect((await client.pods.rollback("acme", "agent", 1)).applies).toBe("live");
    await client.pods.stop("acme", "agent");
    expect((await client.agents.configure("acme", "agent", { llm: { model: "m3" } })).applies).toBe("later");
    expect(await client.pods.get("acme", "agent")).not.toHaveProperty("applies");
  });
});
