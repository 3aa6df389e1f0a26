"use client";
import { useQueryClient } from "@tanstack/react-query";
import { ChevronsUpDown } from "lucide-react";
import { useTranslations } from "use-intl";
import { api } from "../api/client.ts";
import { go } from "../routing/go.tsx";
import { useWhoami } from "../session/use-may.ts";
import { Menu } from "../ui/menu.tsx";

/** Who is signed in, and the way out. */
export function AccountMenu() {
  const t = useTranslations("shell");
  const client = useQueryClient();
  const { actor, user } = useWhoami();
  const leave = async (): Promise<void> => {
    await api.login.end().catch(() => undefined);
    client.clear();
    window.location.assign("/");
  };
  return (
    <Menu
      trigger={
        <button
          type="button"
          className="flex h-9 items-center gap-2 rounded-md px-2 text-left text-[13px] transition-colors hover:bg-hover"
        >
          <span className="sr-only">{t("account")}</span>
          <span className="min-w-0 flex-1 truncate">{user?.name || actor}</span>
          <ChevronsUpDown className="size-3.5 text-soft" aria-hidden />
        </button>
      }
      items={[
        { label: t("account"), onSelect: () => go("/account") },
        { label: t("signOut"), onSelect: () => void leave() },
      ]}
    />
  );
}
