/**
 * Runs before the first paint: theme and language as chosen, else as the system says; and the first questions to the API,
 * so that their answers are on the way while the scripts still load. See `api/early-answer.ts`.
 */
export const prelude = `(() => {
  const root = document.documentElement, read = (key) => { try { return localStorage.getItem(key); } catch { return null; } };
  const theme = read("agentpod.theme");
  const isDark = theme === "dark" || (theme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  root.dataset.theme = isDark ? "dark" : "light";
  const locale = read("agentpod.locale");
  root.lang = (locale ?? navigator.language).toLowerCase().startsWith("zh") ? "zh" : "en";
  const ask = (path) => fetch("/api/v1" + path, { headers: { accept: "application/json" }, cache: "no-store" });
  window.agentpodEarly = { "/whoami": ask("/whoami") };
  if (location.pathname === "/" || location.pathname === "/pods") window.agentpodEarly["/pods"] = ask("/pods");
})();`;
