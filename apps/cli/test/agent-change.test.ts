import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readAgentChange } from "../src/read-agent-change.ts";

let folder: string;
const file = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "agentpod-change-"));
  await writeFile(file("token"), "123:abc\n");
  await writeFile(
    file("settings.yaml"),
    "llm: { model: m1, api: openai-completions }\nchannels: { slack: { mode: socket } }\nconfig: { ui: { a: 1 } }\n",
  );
});
afterAll(() => rm(folder, { recursive: true }));

describe("A10 pod config set", () => {
  it("reads secrets from files, values as YAML, and paths by their dots", async () => {
    const change = await readAgentChange({
      model: "gpt-4.1",
      key: file("token"),
      secret: [`telegram.botToken=${file("token")}`],
      set: ["channels.telegram.allowFrom=[a, b]", "channels.telegram.dmPolicy=open", "session.reset.idleMinutes=60"],
      unset: ["messages.responsePrefix"],
    });
    expect(change).toEqual({
      llm: { model: "gpt-4.1", key: "123:abc" },
      channels: { telegram: { botToken: "123:abc" } },
      config: {
        channels: { telegram: { allowFrom: ["a", "b"], dmPolicy: "open" } },
        session: { reset: { idleMinutes: 60 } },
        messages: { responsePrefix: null },
      },
    });
  });

  it("takes a file, and single options before it", async () => {
    const secret = [`slack.botToken=${file("token")}`];
    expect(await readAgentChange({ from: file("settings.yaml"), model: "m2", secret, set: ["ui.b=2"] })).toEqual({
      llm: { model: "m2", api: "openai-completions" },
      channels: { slack: { mode: "socket", botToken: "123:abc" } },
      config: { ui: { a: 1, b: 2 } },
    });
  });

  it("an empty address is the LLM proxy again", async () => {
    expect(await readAgentChange({ baseUrl: "" })).toEqual({ llm: { baseUrl: "" } });
  });

  it.each([
    [{}, /say what to change/],
    [{ from: "/dev/null" }, /must hold llm, channels or config/],
    [{ set: ["messages"] }, /--set messages: write path=value/],
    [{ secret: ["telegram=x"] }, /write channel\.key=file/],
    [{ secret: ["telegram.botToken=/nowhere/at/all"] }, /nowhere/],
  ])("refuses %j", async (options, said) => {
    await expect(readAgentChange(options)).rejects.toThrow(said);
  });
});
