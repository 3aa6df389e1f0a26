"use client";
import { useTranslations } from "use-intl";
import { useWhoami } from "../../session/use-may.ts";
import { Card } from "../../ui/card.tsx";
import { Command } from "../../ui/command.tsx";
import { Facts } from "../../ui/facts.tsx";
import { Page } from "../../ui/page.tsx";
import { ChangePassword } from "./change-password.tsx";
import { Sessions } from "./sessions.tsx";
import { TwoFactor } from "./two-factor.tsx";

/** Who is signed in, what that allows, and how it is kept safe. */
export default function Account() {
  const t = useTranslations("account");
  const { actor, user, tenants, permissions } = useWhoami();
  return (
    <Page title={t("title")}>
      <Card title={t("you")}>
        <Facts
          facts={[
            [t("actor"), user === null ? actor : `${user.name} · ${user.email}`],
            [t("tenants"), tenants === "*" ? t("allTenants") : tenants.join(", ")],
            [
              t("permissions"),
              <ul key="permissions" className="flex flex-wrap gap-1.5">
                {permissions.map((permission) => (
                  <li key={permission} className="rounded border px-1.5 py-0.5 font-mono text-xs">
                    {permission}
                  </li>
                ))}
              </ul>,
            ],
          ]}
        />
      </Card>
      {user !== null && (
        <>
          <ChangePassword email={user.email} />
          <TwoFactor isOn={user.twoFactor} />
          <Sessions />
        </>
      )}
      <Card title={t("cli")}>
        <div className="flex flex-col gap-3">
          <p className="text-soft text-sm">{t("cliText")}</p>
          <Command text={`./agentpod login ${window.location.origin}`} />
        </div>
      </Card>
    </Page>
  );
}
