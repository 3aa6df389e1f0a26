import type { ErrorCode } from "@agentpod/core/errors";
import type { PageLanguage } from "./page-language.ts";
import { type PolicyPageKind, policyPages } from "./policy-pages.ts";

/** Everything the gateway answers by itself. */
export type PageKind =
  | "bad-request"
  | "misdirected"
  | "unknown-host"
  | "unknown-path"
  | "unready"
  | "stopped"
  | "held-too-long"
  | "waking"
  | "asleep"
  | "restarting"
  | "unreachable"
  | "timeout"
  | PolicyPageKind;

export interface PageFacts {
  status: number;
  code: ErrorCode;
  /** Seconds after which the page loads itself again and clients may try again; null: no use in trying. */
  retrySeconds: number | null;
  text: Record<PageLanguage, { title: string; message: string }>;
}

/** Status and words of each page. A route's own message takes the place of `message` where it has one. */
export const pageKinds: Record<PageKind, PageFacts> = {
  ...policyPages,
  "bad-request": {
    status: 400,
    code: "invalid",
    retrySeconds: null,
    text: {
      en: { title: "Bad request", message: "The request needs one valid Host header and a path that begins with /." },
      zh: { title: "请求无效", message: "请求需要一个有效的 Host 头，路径需以 / 开头。" },
    },
  },
  misdirected: {
    status: 421,
    code: "invalid",
    retrySeconds: null,
    text: {
      en: { title: "Wrong connection", message: "This address needs an HTTPS connection of its own. Load the page again." },
      zh: { title: "连接不匹配", message: "此地址需要单独的 HTTPS 连接，请重新加载页面。" },
    },
  },
  "unknown-host": {
    status: 404,
    code: "not_found",
    retrySeconds: null,
    text: {
      en: {
        title: "No such address",
        message: "No pod is served at this address. Check its spelling, or list your pods: agentpod pod list.",
      },
      zh: { title: "地址不存在", message: "此地址没有对应的 Pod。请检查拼写，或列出您的 Pod：agentpod pod list。" },
    },
  },
  "unknown-path": {
    status: 404,
    code: "not_found",
    retrySeconds: null,
    text: {
      en: { title: "No such path", message: "Nothing is served under this path of the address." },
      zh: { title: "路径不存在", message: "此地址的该路径下没有提供任何服务。" },
    },
  },
  unready: {
    status: 503,
    code: "unavailable",
    retrySeconds: 2,
    text: {
      en: { title: "Starting", message: "The application is not ready yet." },
      zh: { title: "正在启动", message: "应用尚未就绪。" },
    },
  },
  stopped: {
    status: 503,
    code: "unavailable",
    retrySeconds: null,
    text: {
      en: { title: "Stopped", message: "The application was stopped by its owner." },
      zh: { title: "已停止", message: "应用已被其所有者停止。" },
    },
  },
  "held-too-long": {
    status: 503,
    code: "unavailable",
    retrySeconds: 5,
    text: {
      en: { title: "Still starting", message: "The application takes longer than expected. Try again in a moment." },
      zh: { title: "仍在启动", message: "应用启动时间超出预期，请稍后重试。" },
    },
  },
  waking: {
    status: 503,
    code: "unavailable",
    retrySeconds: 1,
    text: {
      en: { title: "Waking up", message: "The application was asleep and is starting. This page opens it as soon as it is ready." },
      zh: { title: "正在唤醒", message: "应用处于休眠状态，正在启动。就绪后本页面会自动打开它。" },
    },
  },
  asleep: {
    status: 503,
    code: "unavailable",
    retrySeconds: null,
    text: {
      en: { title: "Asleep", message: "The application is asleep. Load its page again to wake it." },
      zh: { title: "休眠中", message: "应用正在休眠。重新加载其页面即可唤醒。" },
    },
  },
  restarting: {
    status: 503,
    code: "unavailable",
    retrySeconds: 2,
    text: {
      en: { title: "AgentPod is restarting", message: "This takes a moment. Your pods keep running." },
      zh: { title: "AgentPod 正在重启", message: "请稍候片刻，您的 Pod 仍在运行。" },
    },
  },
  unreachable: {
    status: 502,
    code: "unavailable",
    retrySeconds: 2,
    text: {
      en: { title: "No answer", message: "The application did not answer: it refused or dropped the connection. Its logs may say why." },
      zh: { title: "应用无响应", message: "应用拒绝或中断了连接。请查看其日志了解原因。" },
    },
  },
  timeout: {
    status: 504,
    code: "unavailable",
    retrySeconds: null,
    text: {
      en: { title: "Too slow", message: "The application did not answer in time." },
      zh: { title: "响应超时", message: "应用未能在规定时间内响应。" },
    },
  },
};
