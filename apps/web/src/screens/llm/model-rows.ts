import type { AddLlmProviderRequest, LlmProviderView } from "@agentpod/core/api/llm-view";

/** A model as typed. */
export interface ModelRow {
  /** To tell rows apart while they are typed. */
  id: number;
  name: string;
  upstream: string;
  input: string;
  output: string;
  cacheRead: string;
  cacheWrite: string;
}

let last = 0;

export const emptyModel = (): ModelRow => ({ id: ++last, name: "", upstream: "", input: "", output: "", cacheRead: "", cacheWrite: "" });

/** Models of a provider as fields show them. */
export const modelRows = (models: LlmProviderView["models"]): ModelRow[] =>
  models.map(({ name, upstream, price }) => ({
    ...emptyModel(),
    name,
    upstream: upstream ?? "",
    ...(price && {
      input: String(price.input),
      output: String(price.output),
      cacheRead: String(price.cacheRead),
      cacheWrite: String(price.cacheWrite),
    }),
  }));

/** Rows as the API takes them; empty ones are left out, and a number that is none goes as it is, and the API says so. */
export function modelsOf(rows: readonly ModelRow[]): AddLlmProviderRequest["models"] {
  return rows
    .filter(({ name }) => name.trim() !== "")
    .map(({ name, upstream, input, output, cacheRead, cacheWrite }) => ({
      name: name.trim(),
      ...(upstream.trim() !== "" && { upstream: upstream.trim() }),
      ...((input.trim() !== "" || output.trim() !== "") && {
        price: {
          input: price(input),
          output: price(output),
          ...(cacheRead.trim() !== "" && { cacheRead: price(cacheRead) }),
          ...(cacheWrite.trim() !== "" && { cacheWrite: price(cacheWrite) }),
        },
      }),
    }));
}

const price = (text: string): number => (text.trim() === "" ? Number.NaN : Number(text));
