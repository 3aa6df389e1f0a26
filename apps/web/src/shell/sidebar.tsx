"use client";
import { Search } from "lucide-react";
import { usePathname } from "next/navigation";
import { useTranslations } from "use-intl";
import { Go } from "../routing/go.tsx";
import { cx } from "../ui/cx.ts";
import { Kbd } from "../ui/kbd.tsx";
import { Logo } from "../ui/logo.tsx";
import { AccountMenu } from "./account-menu.tsx";
import { LiveMark } from "./live-mark.tsx";
import { LocaleSwitch } from "./locale-switch.tsx";
import { ThemeSwitch } from "./theme-switch.tsx";
import { useNav } from "./use-nav.ts";

interface SidebarProps {
  onSearch(): void;
  /** After an entry was followed. */
  onGo?(): void;
}

/** Where one can go; the same on large screens and in the drawer of small ones. */
export function Sidebar({ onSearch, onGo }: SidebarProps) {
  const t = useTranslations("nav");
  const path = usePathname();
  const groups = useNav();
  const isCurrent = (href: string): boolean => (href === "/" ? path === "/" : path === href || path.startsWith(`${href}/`));
  return (
    <div className="flex h-full flex-col gap-4 overflow-y-auto p-3">
      <div className="px-2 pt-1.5">
        <Go href="/" onClick={onGo} className="inline-block rounded-md">
          <Logo />
        </Go>
      </div>
      <button
        type="button"
        onClick={onSearch}
        className="flex h-8 shrink-0 items-center gap-2 rounded-md border bg-raised px-2.5 text-[13px] text-soft transition-colors hover:bg-hover"
      >
        <Search className="size-3.5" aria-hidden />
        <span className="flex-1 text-left">{t("search")}</span>
        <Kbd>Ctrl K</Kbd>
      </button>
      <nav aria-label={t("label")} className="flex flex-1 flex-col gap-4">
        {groups.map((group) => (
          <ul key={group[0]?.id} className="flex flex-col gap-px">
            {group.map(({ id, href, icon: Icon }) => (
              <li key={id}>
                <Go
                  href={href}
                  onClick={onGo}
                  aria-current={isCurrent(href) ? "page" : undefined}
                  className={cx(
                    "flex h-8 items-center gap-2.5 rounded-md px-2.5 text-sm transition-colors",
                    isCurrent(href) ? "bg-hover font-medium" : "text-soft hover:bg-hover hover:text-ink",
                  )}
                >
                  <Icon className="size-4" aria-hidden />
                  {t(id)}
                </Go>
              </li>
            ))}
          </ul>
        ))}
      </nav>
      <div className="flex flex-col gap-1 border-t pt-3">
        <div className="flex items-center justify-between px-1">
          <LiveMark />
          <span className="flex items-center">
            <LocaleSwitch />
            <ThemeSwitch />
          </span>
        </div>
        <AccountMenu />
      </div>
    </div>
  );
}
