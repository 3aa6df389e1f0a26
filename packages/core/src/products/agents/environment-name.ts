/** `telegramBotToken` → `TELEGRAM_BOT_TOKEN`: the variable under which an input reaches the agent. */
export function environmentName(input: string): string {
  return input.replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2").toUpperCase();
}

/** How a configuration names a variable of the agent's environment, which is filled in when the agent starts. */
export function referenceTo(variable: string): string {
  return `\${${variable}}`;
}

/** Whether a text of a configuration takes something from the environment. */
export function isReference(text: string): boolean {
  return /\$\{[A-Z_][A-Z0-9_]*\}/.test(text);
}
