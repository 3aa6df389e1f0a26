import { createHash } from "node:crypto";
import { texts } from "./hand-over-texts.ts";

/**
 * Runs in the browser of whom an agent is handed to. The secret stands behind the `#`: it is taken out of the address at
 * once, and used up only when its holder asks for it, for programs that look at links would use it up otherwise.
 */
const script = `
const words = JSON.parse(document.getElementById("words").textContent);
const secret = location.hash.slice(1);
history.replaceState(null, "", location.pathname);
const title = document.querySelector("h1"), text = document.querySelector("p"), button = document.querySelector("button");
const ask = (what) => fetch("/api/v1/hand-over/" + what, {
  method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ secret }),
});
const say = (status) => {
  text.textContent = words[status] || words.other;
  button.hidden = status === 403;
};
const look = async () => {
  const answer = await ask("look");
  if (!answer.ok) { title.textContent = words.noTitle; say(answer.status); return; }
  const { agent } = await answer.json();
  document.title = title.textContent = agent[document.documentElement.lang];
  text.textContent = words.ready;
  button.hidden = false;
};
const use = async () => {
  button.disabled = true;
  text.textContent = words.opening;
  for (;;) {
    const answer = await ask("use").catch(() => ({ ok: false, status: 503 }));
    if (answer.ok) { location.replace((await answer.json()).url); return; }
    if (answer.status !== 503) { say(answer.status); button.disabled = false; return; }
    text.textContent = words[503];
    await new Promise((resolve) => setTimeout(resolve, 2000));
  }
};
button.addEventListener("click", () => use());
look().catch(() => say(0));
`;

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
`;

const hashOf = (source: string): string => `'sha256-${createHash("sha256").update(source).digest("base64")}'`;

const policy = [
  "default-src 'none'",
  `script-src ${hashOf(script)}`,
  `style-src ${hashOf(style)}`,
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** The page of a hand-over link, in the visitor's language. It says nothing of AgentPod: to its user there is the agent alone. */
export function handOverPage(acceptLanguage = ""): Response {
  const language = /^\s*zh\b/i.test(acceptLanguage) ? "zh" : "en";
  const { open, loading, noScript, ...words } = texts[language];
  const html = `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${loading}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${loading}</h1>
<p role="status"></p>
<button type="button" hidden>${open}</button>
<noscript>${noScript}</noscript>
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
