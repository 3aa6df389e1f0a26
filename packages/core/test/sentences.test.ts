import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import zh from "../sentences/zh.json" with { type: "json" };
import { translator } from "../src/translator.ts";
import { sentencesIn } from "./sentences-in.ts";
import { unsaid, unsaidTexts } from "./unsaid.ts";

const root = join(import.meta.dirname, "../../..");
const parts = ["acme", "backup", "client", "core", "db", "dns", "gateways", "host", "runtimes", "source"].map(
  (part) => `packages/${part}/src`,
);
const sources = [...parts, "apps/gateway/src", "apps/server/src", "apps/terminals/src"]
  .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((path) => `${folder}/${path}`))
  .filter((path) => path.endsWith(".ts") && !unsaid.some(([pattern]) => pattern.test(path)));

const chinese: Record<string, string> = zh;
const places = new Map<string, string>();
const words = new Set<string>();
for (const path of sources) {
  const found = sentencesIn(readFileSync(join(root, path), "utf8"));
  for (const { template, line } of found.sentences)
    if (!unsaidTexts.some((pattern) => pattern.test(template))) places.set(template, `${path}:${line}`);
  for (const word of found.words) words.add(word);
}
const filled = (template: string): string => template.replaceAll(/\{(\d+)!?\}/g, "value-$1");
const holes = (template: string): string => [...new Set(template.match(/\{\d+/g))].sort().join();

describe("P15 sentences of the API in Chinese", () => {
  it("are there for each that somebody may read: add what is listed to packages/core/sentences/zh.json", () => {
    const missing = [...places].filter(([template]) => !Object.hasOwn(chinese, template));
    expect(Object.fromEntries(missing)).toEqual({});
  });

  it("are of no sentence that is not said any more", () => {
    expect(Object.keys(chinese).filter((english) => !places.has(english) && !words.has(english))).toEqual([]);
  });

  it("stand in order, so that two who add some do not meet", () => {
    expect(Object.keys(chinese)).toEqual(Object.keys(chinese).toSorted());
  });

  it("are Chinese, and hold the same values", () => {
    expect(Object.entries(chinese).filter(([, said]) => !/\p{Script=Han}/u.test(said))).toEqual([]);
    expect(Object.entries(chinese).filter(([english, said]) => holes(english) !== holes(said))).toEqual([]);
  });

  it("are found again by their English, with the values as they are", () => {
    const say = translator(chinese);
    expect(Object.entries(chinese).filter(([english, said]) => say(filled(english)) !== filled(said))).toEqual([]);
  });

  it.each([
    ["pod acme/web is to be deleted", "Pod acme/web 将被删除"],
    // Values keep their form, even where they are words of AgentPod's.
    ["tenant memory created", "已创建租户 memory"],
    ["user anna@example.com disabled", "用户 anna@example.com 已停用"],
    ["a login as anna@example.com failed: the email address or the password is wrong", "以 anna@example.com 登录失败：邮箱或密码不正确"],
    ["acme/web needs attention: web ended with exit code 3; see its logs.", "acme/web 需要关注：web 已结束，退出码为 3，详见其日志。"],
    ["this needs the permission pod.write, which you do not have in tenant acme", "此操作需要权限 pod.write，而你没有该权限（租户 acme）"],
    ["spec.units[0].image: expected a text, but it is missing (and 2 more).", "spec.units[0].image：应为文本，但缺失（另有 2 处）。"],
    ["size: expected at least 3, perhaps 30.", "size：应为至少 3，也许是 30。"],
    [
      "Tenant acme may have 2 running pods in all; 0 running pods left, this pod asks for 1. Stop or delete a pod, ask for less, or have the quota raised.",
      "租户 acme 总共可使用 2 个运行中的 Pod；还剩 0 个运行中的 Pod，此 Pod 需要 1。请停止或删除某个 Pod、降低需求，或提高配额。",
    ],
    [
      "There is no TXT record _x.acme.org. Another tenant asks for this domain too, so that only the TXT record counts.",
      "没有 TXT 记录 _x.acme.org。另一个租户也申请了此域名，因此只认 TXT 记录。",
    ],
    [
      "There is no TXT record _agentpod.example.com. example.com has no address. Publish the TXT record _agentpod.example.com with the value agentpod-domain=d5d9, or point the domain here.",
      "没有 TXT 记录 _agentpod.example.com。example.com 没有地址。请发布 TXT 记录 _agentpod.example.com，值为 agentpod-domain=d5d9，或将域名指向这里。",
    ],
    // Others' words stay theirs, and so does what was said before there was a translation.
    ["no process could be started: spawn EAGAIN", "无法启动进程：spawn EAGAIN"],
    ["What an AgentPod of long ago said.", "What an AgentPod of long ago said."],
    ["", ""],
  ])("%s", (english, said) => expect(translator(chinese)(english)).toBe(said));

  it("are left alone where they are longer than any of ours", () => {
    const log = `pod acme/web created ${"and so on ".repeat(500)}`;
    expect(translator(chinese)(log)).toBe(log);
  });
});
