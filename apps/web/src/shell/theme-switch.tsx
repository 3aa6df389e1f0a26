"use client";
import { Monitor, Moon, Sun } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslations } from "use-intl";
import { IconButton } from "../ui/icon-button.tsx";
import { chooseTheme, chosenTheme, followSystemTheme, themes } from "./theme.ts";

const icons = { system: Monitor, light: Sun, dark: Moon };

/** Goes round: as the system, light, dark. */
export function ThemeSwitch() {
  const t = useTranslations("shell");
  const [theme, setTheme] = useState(chosenTheme);
  useEffect(followSystemTheme, []);
  const next = themes[(themes.indexOf(theme) + 1) % themes.length] ?? "system";
  const choose = (): void => {
    chooseTheme(next);
    setTheme(next);
  };
  return <IconButton icon={icons[theme]} label={t("themeIs", { theme: t(`theme.${theme}`) })} onClick={choose} />;
}
