import type { AlertKind, AlertLanguage, AlertNotice } from "./alert.ts";

const titles: Record<AlertLanguage, Record<AlertKind | "test", string>> = {
  en: {
    crash_loop: "keeps failing",
    backup: "backup failed",
    channel: "lost a channel",
    llm_budget: "nears the end of its budget for models",
    deployment: "cannot be started",
    unhealthy: "is not healthy",
    cpu: "uses most of its CPU",
    memory: "uses most of its memory",
    certificate: "certificate needs attention",
    domain: "domain is no longer proven",
    disk_low: "disk is nearly full",
    gateway: "gateway does not serve",
    log: "says what a rule looks for",
    test: "this is a test",
  },
  zh: {
    crash_loop: "反复失败",
    backup: "备份失败",
    channel: "渠道中断",
    llm_budget: "模型预算即将用尽",
    deployment: "无法启动",
    unhealthy: "不健康",
    cpu: "CPU 使用率过高",
    memory: "内存使用率过高",
    certificate: "证书需要处理",
    domain: "域名所有权不再得到验证",
    disk_low: "磁盘空间即将用尽",
    gateway: "网关无法提供服务",
    log: "日志命中告警规则",
    test: "这是一条测试消息",
  },
};

const phases: Record<AlertLanguage, Record<AlertNotice["phase"], string>> = {
  en: { firing: "ALERT", resolved: "RESOLVED", test: "TEST" },
  zh: { firing: "告警", resolved: "已恢复", test: "测试" },
};

const labels: Record<AlertLanguage, { rule: string; since: string }> = {
  en: { rule: "Rule", since: "Since" },
  zh: { rule: "规则", since: "开始时间" },
};

/** A notice in words: one line, and all of it. What comes from pods has no control characters left. */
export function alertText(notice: AlertNotice, language: AlertLanguage): { title: string; text: string } {
  const { rule, since } = labels[language];
  const title = plain(`[${phases[language][notice.phase]}] ${notice.subject}: ${titles[language][notice.kind ?? "test"]}`);
  const text = [title, plain(notice.message), `${rule}: ${plain(notice.rule)}`, `${since}: ${notice.since}`].filter((part) => part !== "");
  return { title: title.slice(0, 200), text: text.join("\n").slice(0, 1800) };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is to be taken out
const plain = (text: string): string => text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]+/g, " ").trim();
