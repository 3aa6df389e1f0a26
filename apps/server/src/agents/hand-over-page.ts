import { customerPage, languageOf } from "./customer-page.ts";
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
    if (answer.ok) {
      const { url, own } = await answer.json();
      // One step back from the agent lies this browser's own page of it.
      history.replaceState(null, "", own);
      location.assign(url);
      return;
    }
    if (answer.status !== 503) { say(answer.status); button.disabled = false; return; }
    text.textContent = words[503];
    await new Promise((resolve) => setTimeout(resolve, 2000));
  }
};
button.addEventListener("click", () => use());
look().catch(() => say(0));
`;

/** The page of a hand-over link, in the visitor's language. It says nothing of AgentPod: to its user there is the agent alone. */
export function handOverPage(acceptLanguage = ""): Response {
  const language = languageOf(acceptLanguage);
  const { open, loading, noScript, ...words } = texts[language];
  const body = `<h1>${loading}</h1>
<p role="status"></p>
<button type="button" hidden>${open}</button>
<noscript>${noScript}</noscript>`;
  return customerPage({ language, title: loading, body, words, script });
}
