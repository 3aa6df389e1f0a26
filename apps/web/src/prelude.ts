/**
 * What runs before anything is painted or fetched: theme and language as chosen, else as the system says; the first
 * questions to the API, so that their answers are on the way while the scripts still load (see `api/early-answer.ts`); and
 * the scripts that hold the texts of the language, by language, which the page's own scripts would only ask for once they run.
 */
export const prelude = (textScripts: Record<string, string[]>): string => `(() => {
  const root = document.documentElement, read = (key) => { try { return localStorage.getItem(key); } catch { return null; } };
  const theme = read("agentpod.theme");
  const isDark = theme === "dark" || (theme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  root.dataset.theme = isDark ? "dark" : "light";
  const locale = read("agentpod.locale");
  root.lang = (locale ?? navigator.language).toLowerCase().startsWith("zh") ? "zh" : "en";
  const ask = (path) => fetch("/api/v1" + path, { headers: { accept: "application/json" }, cache: "no-store" });
  window.agentpodEarly = { "/whoami": ask("/whoami") };
  if (location.pathname === "/" || location.pathname === "/pods") window.agentpodEarly["/pods"] = ask("/pods");
  for (const href of ${JSON.stringify(textScripts)}[root.lang] ?? [])
    document.head.append(Object.assign(document.createElement("link"), { rel: "preload", as: "script", href }));
})();`;
