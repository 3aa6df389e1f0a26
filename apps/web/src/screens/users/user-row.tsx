"use client";
import type { UserView } from "@agentpod/core/api/user-view";
import { useQueryClient } from "@tanstack/react-query";
import { Ellipsis } from "lucide-react";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { api } from "../../api/client.ts";
import { useAct } from "../../api/use-act.ts";
import { Ago } from "../../i18n/time.tsx";
import { useWhoami } from "../../session/use-may.ts";
import { ConfirmByName } from "../../ui/confirm-by-name.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import { Menu } from "../../ui/menu.tsx";
import { Cell } from "../../ui/table.tsx";

/** A user, and what an admin can do: all but read a password. */
export function UserRow({ user, onLink }: { user: UserView; onLink(link: string): void }) {
  const t = useTranslations("users");
  const client = useQueryClient();
  const isSelf = useWhoami().user?.id === user.id;
  const [isDoomed, setDoomed] = useState(false);
  const change = useAct({
    run: (act: () => Promise<unknown>) => act(),
    done: () => t("changed", { email: user.email }),
    onDone() {
      setDoomed(false);
      void client.invalidateQueries({ queryKey: ["users"] });
    },
  });
  const link = useAct({ run: () => api.users.passwordLink(user.id), onDone: (made) => onLink(made.link) });
  const notSelf = isSelf ? t("notYourself") : null;
  return (
    <tr>
      <Cell className="min-w-44">
        <span className="block font-medium">{user.name}</span>
        <span className="block break-all text-soft">{user.email}</span>
        {user.disabledAt !== null && <span className="block text-[13px]">{t("isDisabled")}</span>}
      </Cell>
      <Cell className="whitespace-nowrap text-soft">{user.platformAdmin ? t("admin") : t("member")}</Cell>
      <Cell className="whitespace-nowrap text-soft">{user.twoFactor ? t("on") : t("off")}</Cell>
      <Cell className="whitespace-nowrap text-soft">{user.lastLoginAt === null ? t("never") : <Ago at={user.lastLoginAt} />}</Cell>
      <Cell className="text-right">
        <Menu
          trigger={<IconButton icon={Ellipsis} label={t("actionsOf", { name: user.name })} />}
          items={[
            { label: t("passwordLink"), onSelect: () => link.mutate() },
            {
              label: user.platformAdmin ? t("unmakeAdmin") : t("makeAdmin"),
              why: notSelf,
              onSelect: () => change.mutate(() => api.users.setPlatformAdmin(user.id, !user.platformAdmin)),
            },
            {
              label: t("removeTwoFactor"),
              why: user.twoFactor ? null : t("hasNone"),
              onSelect: () => change.mutate(() => api.users.removeTwoFactor(user.id)),
            },
            { label: t("endSessions"), onSelect: () => change.mutate(() => api.users.endSessions(user.id)) },
            {
              label: user.disabledAt === null ? t("disable") : t("enable"),
              why: notSelf,
              onSelect: () => change.mutate(() => (user.disabledAt === null ? api.users.disable(user.id) : api.users.enable(user.id))),
            },
            { label: t("delete"), why: notSelf, onSelect: () => setDoomed(true) },
          ]}
        />
        <ConfirmByName
          open={isDoomed}
          onOpenChange={setDoomed}
          title={t("deleteTitle", { email: user.email })}
          warning={t("deleteText")}
          name={user.email}
          action={t("delete")}
          isBusy={change.isPending}
          onConfirm={() => change.mutate(() => api.users.delete(user.id))}
        />
      </Cell>
    </tr>
  );
}
