import type { TerminalEnd } from "@agentpod/core/api/terminal-view";

/** Every text of the terminal. `{seconds}`, `{code}` and `{number}` are put in. */
export interface TerminalMessages {
  label: string;
  /** Read to who comes by keyboard: the tab key belongs to the program. */
  keyboardHint: string;
  loading: string;
  connecting: string;
  connected: string;
  lost: string;
  retryNow: string;
  signedOut: string;
  gone: string;
  ended: Record<TerminalEnd["reason"], string>;
  open: string;
  close: string;
  copy: string;
  paste: string;
  screenReader: string;
  choose: string;
  number: string;
}

export const terminalMessages: Record<"en" | "zh", TerminalMessages> = {
  en: {
    label: "Terminal",
    keyboardHint: "Shift+Escape leaves the terminal. Ctrl+Shift+C copies, Ctrl+Shift+V pastes.",
    loading: "Opening…",
    connecting: "Connecting…",
    connected: "Connected",
    lost: "The connection was lost. Trying again in {seconds} s; what runs goes on.",
    retryNow: "Try now",
    signedOut: "You are no longer signed in. Sign in again to go on.",
    gone: "This terminal is no longer there. Open a new one.",
    ended: {
      exited: "The program ended with exit code {code}.",
      closed: "The terminal was closed.",
      run_ended: "The unit was stopped or restarted, and the program ended with it.",
      idle: "The terminal was closed because nobody used it for long.",
      host_ended: "The terminal was lost with a crash of its host, and its program was ended.",
    },
    open: "New terminal",
    close: "Close terminal",
    copy: "Copy",
    paste: "Paste",
    screenReader: "Screen reader",
    choose: "Which terminal",
    number: "Terminal {number}",
  },
  zh: {
    label: "终端",
    keyboardHint: "按 Shift+Escape 离开终端。Ctrl+Shift+C 复制，Ctrl+Shift+V 粘贴。",
    loading: "正在打开…",
    connecting: "正在连接…",
    connected: "已连接",
    lost: "连接已断开，{seconds} 秒后重试；其中的程序仍在运行。",
    retryNow: "立即重试",
    signedOut: "登录已失效，请重新登录后继续。",
    gone: "这个终端已不存在，请新建一个。",
    ended: {
      exited: "程序已结束，退出码 {code}。",
      closed: "终端已关闭。",
      run_ended: "单元已停止或重启，程序随之结束。",
      idle: "终端长时间无人使用，已自动关闭。",
      host_ended: "终端服务崩溃，终端已丢失，其中的程序已结束。",
    },
    open: "新建终端",
    close: "关闭终端",
    copy: "复制",
    paste: "粘贴",
    screenReader: "屏幕阅读器",
    choose: "选择终端",
    number: "终端 {number}",
  },
};

/** A message with its values. */
export function fill(message: string, values: Record<string, string | number | null>): string {
  return message.replaceAll(/\{(\w+)\}/g, (_, key: string) => String(values[key] ?? "?"));
}
