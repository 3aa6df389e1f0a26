import { agentTemplate } from "./agent-template.ts";

const secret = (en: string, zh: string, pattern: string) => ({
  type: "string",
  secret: true,
  default: "",
  pattern,
  title: { en, zh },
});

/** The same with messengers, secrets and limits, of which a customer may set what `allow` says. */
export function configurableAgent(name: string, allow: string[], channels = ["telegram", "slack"]) {
  const base = agentTemplate(name, "An agent to be configured");
  return {
    ...base,
    product: { name: "agent", facts: { version: "2026.9.4", allow, channels } },
    inputs: {
      ...base.inputs,
      llmKey: secret("Key of the model", "模型密钥", "^.{0,200}$"),
      telegramBotToken: secret("Telegram bot token", "Telegram 机器人令牌", "^$|^[0-9]{3,20}:[A-Za-z0-9_-]{20,100}$"),
      slackBotToken: secret("Slack bot token", "Slack 机器人令牌", "^.{0,200}$"),
      slackAppToken: secret("Slack app token", "Slack 应用令牌", "^.{0,200}$"),
    },
  };
}
