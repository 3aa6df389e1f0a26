export const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

const key = "agentpod.theme";
const prefersDark = (): MediaQueryList => matchMedia("(prefers-color-scheme: dark)");

/** As chosen before; `system` when nothing was. */
export function chosenTheme(): Theme {
  try {
    return themes.find((theme) => theme === localStorage.getItem(key)) ?? "system";
  } catch {
    return "system";
  }
}

export function chooseTheme(theme: Theme): void {
  try {
    localStorage.setItem(key, theme);
  } catch {
    // Storage may be refused; the choice then holds for this page.
  }
  show(theme);
}

/** Follows the system while that is the choice. Gives the function that ends it. */
export function followSystemTheme(): () => void {
  const media = prefersDark();
  const change = (): void => show(chosenTheme());
  media.addEventListener("change", change);
  return () => media.removeEventListener("change", change);
}

function show(theme: Theme): void {
  const isDark = theme === "dark" || (theme === "system" && prefersDark().matches);
  document.documentElement.dataset.theme = isDark ? "dark" : "light";
}
