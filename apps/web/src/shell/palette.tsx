"use client";
import { useQuery } from "@tanstack/react-query";
import { Command } from "cmdk";
import { useTranslations } from "use-intl";
import { queries } from "../api/queries.ts";
import { chooseLocale, currentLocale } from "../i18n/locale.ts";
import { podHref } from "../pods/pod-href.ts";
import { PodMark } from "../pods/pod-mark.tsx";
import { go } from "../routing/go.tsx";
import { useNav } from "./use-nav.ts";

const item = "flex cursor-default items-center gap-2.5 rounded-md px-3 py-2 text-sm data-[selected=true]:bg-hover";
const group =
  "px-1 pb-1 [&_[cmdk-group-heading]]:px-3 [&_[cmdk-group-heading]]:py-1.5 [&_[cmdk-group-heading]]:text-soft [&_[cmdk-group-heading]]:text-xs";

/** Ctrl+K: everything by its name. */
export default function Palette({ onClose, onHelp }: { onClose(): void; onHelp(): void }) {
  const t = useTranslations("palette");
  const nav = useTranslations("nav");
  const groups = useNav();
  const { data: pods = [] } = useQuery(queries.pods());
  const to = (href: string) => () => {
    onClose();
    go(href);
  };
  const otherLanguage = (): void => {
    chooseLocale(currentLocale() === "zh" ? "en" : "zh");
    onClose();
  };
  return (
    <Command.Dialog
      open
      onOpenChange={onClose}
      label={t("title")}
      overlayClassName="fade fixed inset-0 z-40 bg-black/40"
      contentClassName="appear fixed inset-x-3 top-[12vh] z-50 mx-auto max-w-xl overflow-hidden rounded-xl bg-raised shadow-float"
    >
      <Command.Input
        placeholder={t("placeholder")}
        className="h-12 w-full border-b bg-transparent px-4 text-[16px] outline-none placeholder:text-soft sm:text-sm"
      />
      <Command.List className="max-h-[50vh] overflow-y-auto py-2">
        <Command.Empty className="px-4 py-8 text-center text-soft text-sm">{t("nothing")}</Command.Empty>
        <Command.Group heading={t("actions")} className={group}>
          <Command.Item className={item} onSelect={to("/pods/new")}>
            {t("createPod")}
          </Command.Item>
          <Command.Item className={item} onSelect={to("/deployments/new")}>
            {t("deployCode")}
          </Command.Item>
          <Command.Item className={item} onSelect={to("/tenants?new=1")}>
            {t("createTenant")}
          </Command.Item>
          <Command.Item className={item} onSelect={otherLanguage}>
            {t("language")}
          </Command.Item>
          <Command.Item className={item} onSelect={onHelp}>
            {t("shortcuts")}
          </Command.Item>
        </Command.Group>
        <Command.Group heading={t("go")} className={group}>
          {groups.flat().map(({ id, href, icon: Icon }) => (
            <Command.Item key={id} value={`go ${nav(id)}`} className={item} onSelect={to(href)}>
              <Icon className="size-4 text-soft" aria-hidden />
              {nav(id)}
            </Command.Item>
          ))}
        </Command.Group>
        <Command.Group heading={t("pods")} className={group}>
          {pods.slice(0, 200).map((pod) => (
            <Command.Item key={pod.id} value={`${pod.tenant}/${pod.name}`} className={item} onSelect={to(podHref(pod))}>
              <PodMark pod={pod} />
              <span className="truncate">
                {pod.tenant}/{pod.name}
              </span>
            </Command.Item>
          ))}
        </Command.Group>
      </Command.List>
    </Command.Dialog>
  );
}
