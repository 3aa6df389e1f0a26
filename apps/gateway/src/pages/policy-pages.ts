import type { PageFacts } from "./page-kind.ts";

/** What the gateway answers because a route's policies say so. */
export type PolicyPageKind = "maintenance" | "not-welcome" | "too-many-requests" | "login-needed" | "too-many-logins" | "body-too-large";

export const policyPages: Record<PolicyPageKind, PageFacts> = {
  maintenance: {
    status: 503,
    code: "unavailable",
    retrySeconds: 60,
    text: {
      en: { title: "Under maintenance", message: "The application is being worked on. Come back in a while." },
      zh: { title: "维护中", message: "应用正在维护，请稍后再来。" },
    },
  },
  "not-welcome": {
    status: 403,
    code: "forbidden",
    retrySeconds: null,
    text: {
      en: { title: "Not open to your address", message: "The application may not be opened from your network address." },
      zh: { title: "您的地址无权访问", message: "不允许从您的网络地址访问此应用。" },
    },
  },
  "too-many-requests": {
    status: 429,
    code: "quota_exceeded",
    retrySeconds: null,
    text: {
      en: { title: "Too many requests", message: "You have asked more often than this application allows. Wait a moment and try again." },
      zh: { title: "请求过于频繁", message: "您的请求次数超出了此应用的限制，请稍候再试。" },
    },
  },
  "login-needed": {
    status: 401,
    code: "unauthenticated",
    retrySeconds: null,
    text: {
      en: { title: "Login needed", message: "The application asks for a user name and a password." },
      zh: { title: "需要登录", message: "访问此应用需要用户名和密码。" },
    },
  },
  "too-many-logins": {
    status: 429,
    code: "quota_exceeded",
    retrySeconds: null,
    text: {
      en: { title: "Too many logins", message: "Too many logins were tried. Wait a moment and try again." },
      zh: { title: "登录尝试过多", message: "登录尝试次数过多，请稍候再试。" },
    },
  },
  "body-too-large": {
    status: 413,
    code: "invalid",
    retrySeconds: null,
    text: {
      en: { title: "Too large", message: "The request's body is larger than this application takes." },
      zh: { title: "内容过大", message: "请求内容超出了此应用允许的大小。" },
    },
  },
};
