import type { ChannelField } from "@agentpod/core/alert-channel-fields";

/** Fields as filled in, as the API takes them. What is empty is not given; a number that is none goes as typed, and the API says so. */
export function configOf(fields: readonly ChannelField[], form: Pick<FormData, "get">): Record<string, unknown> {
  const config: Record<string, unknown> = {};
  for (const { name, type } of fields) {
    const text = String(form.get(`config.${name}`) ?? "").trim();
    if (text === "") continue;
    const number = Number(text);
    config[name] = type === "list" ? text.split(/[\s,;]+/).filter(Boolean) : type === "number" && Number.isFinite(number) ? number : text;
  }
  return config;
}
