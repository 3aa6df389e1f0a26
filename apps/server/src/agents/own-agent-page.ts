import { customerPage, languageOf } from "./customer-page.ts";
import { texts } from "./own-agent-texts.ts";

/** Runs in the browser of an agent's user. Every value comes as text and goes into the page as text. */
const script = `
const words = JSON.parse(document.getElementById("words").textContent);
const language = document.documentElement.lang;
const path = "/api/v1/my-agents/" + encodeURIComponent(location.pathname.split("/").pop());
const at = (id) => document.getElementById(id);
const ask = (what, body) => fetch(path + what, body === undefined ? {} : {
  method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body),
});
const number = (value) => value.toLocaleString(language);
let isBusy = false;
const say = (status) => { at("said").textContent = words[status] || words.other; };
const show = ({ agent, state, channels, page, usage, budget }) => {
  document.title = at("name").textContent = agent[language];
  const rows = [[words.state, words[state]], ...channels.map((one) => [one.name, words[one.state]]),
    [words.calls, number(usage.calls)], [words.tokens, number(usage.tokens)]];
  if (budget.moneyLeftPercent !== null) rows.push([words.moneyLeft, budget.moneyLeftPercent + " %"]);
  if (budget.tokensLeft !== null) rows.push([words.tokensLeft, number(budget.tokensLeft)]);
  at("facts").replaceChildren(...rows.flatMap(([term, value]) => {
    const [dt, dd] = [document.createElement("dt"), document.createElement("dd")];
    dt.textContent = term; dd.textContent = value;
    return [dt, dd];
  }));
  at("open").hidden = page === null || state === "stopped";
  at("open").dataset.page = page || "";
  at("reset").hidden = state === "stopped";
};
const look = async () => {
  if (isBusy) return;
  const answer = await ask("");
  if (!answer.ok) {
    if (answer.status === 401) for (const id of ["open", "reset", "sure", "facts"]) at(id).hidden = true;
    if (answer.status === 401) at("name").textContent = document.title = words.noTitle;
    say(answer.status);
    return;
  }
  at("said").textContent = "";
  const seen = await answer.json();
  show(seen);
  // A reset that was begun here, and left before its end.
  if (seen.mayEnter) await enter();
};
const enter = async () => {
  isBusy = true;
  for (const id of ["open", "reset", "sure"]) at(id).hidden = true;
  at("said").textContent = words.resetting;
  for (;;) {
    const answer = await ask("/enter", {}).catch(() => ({ ok: false, status: 503 }));
    if (answer.ok) { location.assign((await answer.json()).url); return; }
    if (answer.status !== 503) { isBusy = false; say(answer.status); return; }
    await new Promise((resolve) => setTimeout(resolve, 2000));
  }
};
at("open").addEventListener("click", () => { location.href = at("open").dataset.page; });
at("reset").addEventListener("click", () => { at("sure").hidden = false; at("reset").hidden = true; at("no").focus(); });
at("no").addEventListener("click", () => { at("sure").hidden = true; at("reset").hidden = false; at("reset").focus(); });
at("yes").addEventListener("click", async () => {
  isBusy = true;
  at("sure").hidden = true;
  const answer = await ask("/reset", { confirm: true }).catch(() => ({ ok: false, status: 0 }));
  if (answer.ok) return enter();
  isBusy = false;
  at("reset").hidden = false;
  say(answer.status);
});
look().catch(() => say(0));
setInterval(() => look().catch(() => say(0)), 15000);
`;

/** The page of a browser that was handed an agent, in the visitor's language: how the agent does, what it used, and a new access. */
export function ownAgentPage(acceptLanguage = ""): Response {
  const language = languageOf(acceptLanguage);
  const { loading, noScript, open, reset, sure, doReset, cancel, ...words } = texts[language];
  const body = `<h1 id="name">${loading}</h1>
<dl id="facts"></dl>
<p id="said" role="status"></p>
<button type="button" id="open" hidden>${open}</button>
<button type="button" id="reset" class="quiet" hidden>${reset}</button>
<section id="sure" role="alertdialog" aria-labelledby="why" hidden>
<p id="why">${sure}</p>
<button type="button" id="yes">${doReset}</button>
<button type="button" id="no" class="quiet">${cancel}</button>
</section>
<noscript>${noScript}</noscript>`;
  return customerPage({ language, title: loading, body, words, script });
}
