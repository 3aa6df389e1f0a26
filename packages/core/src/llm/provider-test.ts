import type { LlmDialect, LlmModel } from "./llm-provider.ts";

/** How to see whether a provider takes a key: both families list their models. Never shown: it holds the key. */
export function providerTest(baseUrl: string, dialect: LlmDialect, key: string): { url: string; headers: Record<string, string> } {
  if (dialect === "anthropic") return { url: `${baseUrl}/v1/models`, headers: { "x-api-key": key, "anthropic-version": "2023-06-01" } };
  return { url: `${baseUrl}/models`, headers: { authorization: `Bearer ${key}` } };
}

/** What its answer says of the key, and of the models that it is to have. */
export function providerResult(status: number, body: string, models: readonly LlmModel[]): { ok: boolean; message: string } {
  if (status === 401 || status === 403) return { ok: false, message: "The provider refuses the key." };
  if (status !== 200) return { ok: false, message: `The provider answered with status ${status}.` };
  const listed = namesIn(body);
  if (listed === null) return { ok: false, message: "What answers there is no such API." };
  const wanted = models.map(({ name, upstream }) => upstream ?? name).filter((name) => name !== "*");
  const missing = wanted.find((name) => !listed.includes(name));
  // Lists of models are cut into pages, and not every provider lists all that it serves.
  if (missing !== undefined) return { ok: true, message: `The provider takes the key; its list of models does not name ${missing}.` };
  return { ok: true, message: "The provider takes the key and has the models." };
}

function namesIn(body: string): string[] | null {
  try {
    const { data } = JSON.parse(body) as { data?: { id?: unknown }[] };
    return Array.isArray(data) ? data.map((one) => String(one?.id ?? "")) : null;
  } catch {
    return null;
  }
}
