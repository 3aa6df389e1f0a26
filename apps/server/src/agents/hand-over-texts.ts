/** Words of the page of a hand-over link; numbers are the status of what could not be done. */
export const texts = {
  en: {
    loading: "One moment",
    open: "Start chatting",
    noScript: "This page needs JavaScript.",
    ready: "Your assistant is ready. This opens it in this browser; the link works once.",
    opening: "Opening…",
    noTitle: "This link does not work",
    403: "It has been used already, or its time is over. Ask for a new one.",
    409: "The assistant has been switched off by whoever runs it.",
    429: "Too many tries. Wait a few minutes and open the link again.",
    503: "The assistant is starting. This takes a moment; the page goes on by itself.",
    other: "Something went wrong. Open the link again in a moment.",
  },
  zh: {
    loading: "请稍候",
    open: "开始对话",
    noScript: "此页面需要启用 JavaScript。",
    ready: "您的助手已就绪。点击后将在此浏览器中打开；此链接只能使用一次。",
    opening: "正在打开…",
    noTitle: "此链接无效",
    403: "链接已被使用或已过期，请索取新的链接。",
    409: "助手已被其运营者停用。",
    429: "尝试次数过多，请等待几分钟后重新打开链接。",
    503: "助手正在启动，请稍候，页面会自动继续。",
    other: "出现问题，请稍后重新打开链接。",
  },
} as const;
