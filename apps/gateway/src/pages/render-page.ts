import { type PageKind, pageKinds } from "./page-kind.ts";
import { pageLanguage } from "./page-language.ts";

export interface PageRequest {
  accept: string | undefined;
  acceptLanguage: string | undefined;
}

export interface RenderedPage {
  status: number;
  headers: string[];
  body: string;
}

/**
 * A calm page for people (Accept: text/html), else AgentPod's error JSON. `message` null: the page's own words.
 * `retrySeconds` null: the page's own; pages that have none do not load themselves again.
 */
export function renderPage(
  kind: PageKind,
  message: string | null,
  requestId: string,
  request: PageRequest,
  retrySeconds: number | null = null,
): RenderedPage {
  const facts = pageKinds[kind];
  const retryAfter = retrySeconds ?? facts.retrySeconds;
  const isHtml = /\btext\/html\b/i.test(request.accept ?? "");
  const language = isHtml ? pageLanguage(request.acceptLanguage) : "en";
  const words = facts.text[language];
  // Routes' messages are English: the Chinese page says its own words first.
  const sentences = !message ? [words.message] : language === "zh" ? [words.message, message] : [message];
  const body = isHtml
    ? html(language, words.title, sentences, requestId, facts.retrySeconds === null ? null : retryAfter)
    : `${JSON.stringify({ error: { code: facts.code, message: sentences[0], issues: [], requestId } })}\n`;
  const headers = [
    "content-type",
    isHtml ? "text/html; charset=utf-8" : "application/json; charset=utf-8",
    "content-length",
    String(Buffer.byteLength(body)),
    "cache-control",
    "no-store",
    "x-request-id",
    requestId,
    "x-content-type-options",
    "nosniff",
    "content-security-policy",
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'",
  ];
  if (retryAfter !== null) headers.push("retry-after", String(retryAfter));
  if (isHtml) headers.push("content-language", language, "vary", "accept, accept-language");
  return { status: facts.status, headers, body };
}

function html(language: string, title: string, sentences: string[], requestId: string, reloadSeconds: number | null): string {
  const reload = reloadSeconds === null ? "" : `<meta http-equiv="refresh" content="${reloadSeconds}">\n`;
  return `<!doctype html>
<html lang="${language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${reload}<title>${escapeHtml(title)}</title>
<style>
:root{color-scheme:light dark}
body{margin:0;min-height:100vh;display:grid;place-items:center;font:16px/1.6 system-ui,sans-serif;background:#fff;color:#111}
main{max-width:34rem;padding:2rem}
h1{font-size:1.4rem;font-weight:600;margin:0 0 .5rem}
p{margin:0 0 1rem;overflow-wrap:anywhere}
small{color:#666}
@media(prefers-color-scheme:dark){body{background:#111;color:#eee}small{color:#999}}
</style>
<main>
<h1>${escapeHtml(title)}</h1>
${sentences.map((sentence) => `<p>${escapeHtml(sentence)}</p>\n`).join("")}<small>${escapeHtml(requestId)}</small>
</main>
</html>
`;
}

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
