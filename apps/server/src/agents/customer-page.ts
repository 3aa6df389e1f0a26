import { createHash } from "node:crypto";

const style = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; --ink: #111; --paper: #fff; --soft: #666 }
@media (prefers-color-scheme: dark) { :root { --ink: #f2f2f2; --paper: #111; --soft: #aaa } }
body { margin: 0; background: var(--paper); color: var(--ink) }
main { max-width: 26rem; margin: 28vh auto 0; padding: 0 1.5rem; text-align: center }
h1 { font-size: 1.6rem; margin: 0 0 .75rem; overflow-wrap: anywhere }
p { margin: 0 0 1.5rem; color: var(--soft) }
button { font: inherit; padding: .6rem 1.6rem; border: 0; border-radius: .5rem; background: var(--ink); color: var(--paper); cursor: pointer }
button:focus-visible { outline: 2px solid var(--ink); outline-offset: 3px }
button:disabled { opacity: .5; cursor: default }
dl { display: grid; grid-template-columns: auto auto; gap: .4rem 1.5rem; text-align: left; margin: 0 0 1.5rem }
dt { color: var(--soft) }
dd { margin: 0; overflow-wrap: anywhere }
.quiet { background: none; color: var(--ink); text-decoration: underline; padding: .6rem .4rem }
a { color: var(--ink) }
`;

const hashOf = (source: string): string => `'sha256-${createHash("sha256").update(source).digest("base64")}'`;

export type CustomerLanguage = "en" | "zh";

/** Chinese where a browser asks for it first; else English. */
export const languageOf = (acceptLanguage = ""): CustomerLanguage => (/^\s*zh\b/i.test(acceptLanguage) ? "zh" : "en");

export interface CustomerPage {
  language: CustomerLanguage;
  title: string;
  /** HTML of ours, without a value of anybody else's. */
  body: string;
  /** Words that the script says. */
  words: object;
  script: string;
}

/** A page for the user of an agent: it runs its own script alone, and says nothing of AgentPod. */
export function customerPage({ language, title, body, words, script }: CustomerPage): Response {
  const policy = [
    "default-src 'none'",
    `script-src ${hashOf(script)}`,
    `style-src ${hashOf(style)}`,
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
  const html = `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
<main>
${body}
</main>
<script type="application/json" id="words">${JSON.stringify(words)}</script>
<script>${script}</script>
</body>
</html>
`;
  return new Response(html, {
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-language": language,
      vary: "accept-language",
      "content-security-policy": policy,
    },
  });
}
