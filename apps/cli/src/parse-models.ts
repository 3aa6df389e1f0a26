import type { AddLlmProviderRequest, LlmProviderView } from "@agentpod/core/api/llm-view";
import { AppError } from "@agentpod/core/errors";

type Model = AddLlmProviderRequest["models"][number];

/**
 * Models of a provider: `asked` or `asked=upstream` each, those of `before` where none is given; prices as `asked=input/output` or
 * `asked=input/output/cache read/cache write`, per million tokens. Throws `invalid`.
 */
export function parseModels(given: readonly string[], prices: readonly string[], before: LlmProviderView["models"] = []): Model[] {
  const models: Model[] =
    given.length === 0
      ? [...before]
      : given.map((text) => {
          const [name = "", upstream] = split(text);
          return { name, upstream: upstream ?? null, price: before.find((one) => one.name === name)?.price ?? null };
        });
  for (const text of prices) {
    const [name = "", list = ""] = split(text);
    const [input, output, cacheRead, cacheWrite, ...more] = list.split("/").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
    const isWhole = [input, output, cacheRead ?? 0, cacheWrite ?? 0].every((part) => part !== undefined && Number.isFinite(part));
    if (!isWhole || input === undefined || output === undefined || more.length > 0)
      throw new AppError("invalid", `--price takes model=input/output or model=input/output/cache read/cache write, not ${text}`);
    const model = models.find((one) => one.name === name);
    if (model === undefined)
      throw new AppError(
        "invalid",
        `--price names ${name}, which is no model of it; there are ${models.map((one) => one.name).join(", ")}`,
      );
    model.price = { input, output, ...(cacheRead !== undefined && { cacheRead }), ...(cacheWrite !== undefined && { cacheWrite }) };
  }
  return models;
}

/** At the first `=`. */
function split(text: string): [string, string?] {
  const at = text.indexOf("=");
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
