import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslations } from "use-intl";
import { queries } from "../api/queries.ts";
import { useMay, useWhoami } from "./use-may.ts";

interface Actors {
  /** Ids by what people call them, in lower case. */
  ids: ReadonlyMap<string, string>;
  /** What to call one; ids that are not known stay as they are. */
  nameOf(actor: string): string;
}

/** Who did things, by names where whoever looks may know them. */
export function useActors(): Actors {
  const t = useTranslations("session");
  const mayNot = useMay();
  const { user } = useWhoami();
  const { data: users = [] } = useQuery({ ...queries.users(), enabled: mayNot("user.manage") === null });
  const { data: tokens = [] } = useQuery({ ...queries.tokens(), enabled: mayNot("token.manage") === null });
  return useMemo(() => {
    const names = new Map<string, string>([["system", t("actorSystem")]]);
    if (user !== null) names.set(`user:${user.id}`, user.email);
    for (const { id, email } of users) names.set(`user:${id}`, email);
    for (const { id, name } of tokens) names.set(`token:${id}`, t("actorToken", { name }));
    const ids = new Map([...names].map(([actor, name]) => [name.toLowerCase(), actor]));
    const nameOf = (actor: string): string => names.get(actor) ?? (actor.startsWith("hook:") ? t("actorHook") : actor);
    return { ids, nameOf };
  }, [t, user, users, tokens]);
}
