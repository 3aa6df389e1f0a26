"use client";
import { Menu as MenuIcon } from "lucide-react";
import { usePathname } from "next/navigation";
import { Dialog } from "radix-ui";
import { lazy, Suspense, useEffect, useState } from "react";
import { useTranslations } from "use-intl";
import { Screen } from "../routing/screen.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { Logo } from "../ui/logo.tsx";
import { Sidebar } from "./sidebar.tsx";
import { useShortcuts } from "./use-shortcuts.ts";

const Palette = lazy(() => import("./palette.tsx"));
const ShortcutSheet = lazy(() => import("./shortcut-sheet.tsx"));

/** The console: where one can go, and the screen of the address. */
export function Frame() {
  const t = useTranslations("shell");
  const path = usePathname();
  const [floating, setFloating] = useState<"palette" | "shortcuts" | "menu" | null>(null);
  const close = (): void => setFloating(null);
  useShortcuts({ onPalette: () => setFloating("palette"), onHelp: () => setFloating("shortcuts") });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the drawer closes whenever the address changes
  useEffect(close, [path]);
  return (
    <div className="flex min-h-dvh">
      <a
        href="#content"
        className="sr-only z-50 rounded-md bg-solid px-3 py-2 text-on-solid focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        {t("skip")}
      </a>
      <aside className="sticky top-0 hidden h-dvh w-60 shrink-0 border-r bg-surface md:block">
        <Sidebar onSearch={() => setFloating("palette")} />
      </aside>
      <div className="flex min-w-0 flex-1 flex-col">
        <div className="sticky top-0 z-20 flex h-12 items-center justify-between border-b bg-canvas px-3 md:hidden">
          <Logo />
          <IconButton icon={MenuIcon} label={t("menu")} onClick={() => setFloating("menu")} />
        </div>
        <main id="content" tabIndex={-1} className="min-w-0 flex-1 outline-none">
          <Screen path={path} />
        </main>
      </div>
      <Dialog.Root open={floating === "menu"} onOpenChange={(open) => setFloating(open ? "menu" : null)}>
        <Dialog.Portal>
          <Dialog.Overlay className="fade fixed inset-0 z-30 bg-black/40" />
          <Dialog.Content aria-describedby={undefined} className="fade fixed inset-y-0 left-0 z-40 w-72 max-w-[85vw] border-r bg-surface">
            <Dialog.Title className="sr-only">{t("menu")}</Dialog.Title>
            <Sidebar onSearch={() => setFloating("palette")} onGo={close} />
          </Dialog.Content>
        </Dialog.Portal>
      </Dialog.Root>
      <Suspense>
        {floating === "palette" && <Palette onClose={close} onHelp={() => setFloating("shortcuts")} />}
        {floating === "shortcuts" && <ShortcutSheet onClose={close} />}
      </Suspense>
    </div>
  );
}
