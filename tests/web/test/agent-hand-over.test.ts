import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { docker, engineAnswers } from "@agentpod/e2e/engine";
import { type Installation, makeInstallation } from "@agentpod/e2e/installation";
import { type OpenAiStandIn, openAiStandIn } from "@agentpod/e2e/openai-stand-in";
import { trustOfBuilds } from "@agentpod/e2e/trust-of-builds";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { browserProgram, launchBrowser } from "../src/browser.ts";

const minutes = 60_000;
const pod = "acme/agent";
const providerKey = "sk-provider-key-of-the-developer";

describe.skipIf(!engineAnswers() || browserProgram === null)(
  "A2 A14 a customer opens the agent in a browser",
  { timeout: 10 * minutes },
  () => {
    let plane: Installation;
    let provider: OpenAiStandIn;
    let browser: Browser;
    let context: BrowserContext | null = null;
    const asked: string[] = [];

    /** A browser of somebody else each time. */
    const visit = async (link: string, locale: string): Promise<Page> => {
      context = await browser.newContext({ locale });
      const page = await context.newPage();
      page.on("request", (request) => asked.push(request.url().split("#")[0] ?? ""));
      await page.goto(link, { timeout: 2 * minutes });
      return page;
    };
    const newLink = async () => (await plane.json<{ link: string }>("pod", "handover", "create", pod)).link;

    beforeAll(async () => {
      provider = await openAiStandIn(providerKey, "Pong from the model");
      plane = await makeInstallation("docker", { ...trustOfBuilds(), AGENTPOD_OUTBOUND_ALLOW: "127.0.0.1/32" });
      await plane.start();
      await plane.json("tenant", "create", "acme");
      const key = join(plane.home.root, "key.txt");
      await writeFile(key, providerKey);
      await plane.json(
        ...["llm", "provider", "add", "stand-in", "--dialect", "openai", "--base-url", provider.baseUrl, "--key", key, "--model", "*"],
      );
      const made = await plane.cli(
        "pod",
        "create",
        pod,
        "--package",
        "hello-agent",
        "--input",
        "llmModel=m1",
        "--wait",
        "--timeout",
        "900",
      );
      expect(made.stdout).toContain("Hand it over with this link");
      browser = await launchBrowser();
    }, 16 * minutes);
    afterEach(async () => {
      await context?.close();
      context = null;
    });
    afterAll(async () => {
      await browser?.close();
      await plane?.cli("pod", "delete", pod, "--yes", "--wait");
      await plane?.destroy();
      await provider?.close();
    }, 3 * minutes);

    it("in English: the link names the agent, opens its page, and a message is answered", async () => {
      const link = await newLink();
      const page = await visit(link, "en-US");
      await page.getByRole("heading", { name: "Hello agent" }).waitFor();
      expect(new URL(page.url()).hash).toBe("");
      await page.getByRole("button", { name: "Start chatting" }).click();
      await page.waitForURL((url) => url.hostname === "agent-acme.localhost", { waitUntil: "commit", timeout: 2 * minutes });
      const box = page.locator("textarea").first();
      await box.waitFor({ timeout: 2 * minutes });
      await box.fill("Ping?");
      await box.press("Enter");
      await page
        .getByText("Pong from the model")
        .first()
        .waitFor({ timeout: 3 * minutes });
      expect(await page.getByText(/pairing required/i).count()).toBe(0);
      expect(provider.asked.some(({ messages }) => messages.includes("Ping?"))).toBe(true);

      // It stays this browser's: no link is needed to come back.
      await page.goto(`http://agent-acme.localhost:${plane.port}/`, { timeout: 2 * minutes });
      await page
        .getByText("Pong from the model")
        .first()
        .waitFor({ timeout: 2 * minutes });

      // And nobody else's.
      const late = await visit(link, "en-US");
      await late.getByText("It has been used already").waitFor();
      const stranger = await visit(`http://agent-acme.localhost:${plane.port}/`, "en-US");
      await stranger.waitForLoadState("networkidle");
      expect(await stranger.getByText("Pong from the model").count()).toBe(0);
    });

    it("in Chinese: the link and the agent's page", async () => {
      const page = await visit(await newLink(), "zh-CN");
      await page.getByRole("heading", { name: "你好智能体" }).waitFor();
      await page.getByRole("button", { name: "开始对话" }).click();
      await page.waitForURL((url) => url.hostname === "agent-acme.localhost", { waitUntil: "commit", timeout: 2 * minutes });
      await page
        .locator("textarea")
        .first()
        .waitFor({ timeout: 2 * minutes });
      await expect.poll(() => page.locator("body").textContent(), { timeout: minutes }).toMatch(/[\u4e00-\u9fff]{2}/);
    });

    it("no secret and no credential was in an address that was asked for, or in a log", async () => {
      const token = (await plane.json<{ value: string }>("pod", "token", "reveal", pod)).value;
      const log = (await plane.cli("gateway", "log", "--tail", "5000", "-o", "json")).stdout;
      const container = docker("ps", "-q", "--filter", `label=agentpod.installation=${plane.id()}`);
      for (const text of [asked.join("\n"), log, plane.output(), docker("logs", container)]) {
        expect(text).not.toContain(token);
        expect(text).not.toMatch(/aph_[\w-]{20}/);
        expect(text).not.toMatch(/bootstrapToken=/);
      }
      expect(asked.length).toBeGreaterThan(10);
    });
  },
);
