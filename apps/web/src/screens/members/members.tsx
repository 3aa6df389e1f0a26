"use client";
import type { TenantRole } from "@agentpod/core/permission";
import { tenantRoles } from "@agentpod/core/permission";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { api } from "../../api/client.ts";
import { queries } from "../../api/queries.ts";
import { useAct } from "../../api/use-act.ts";
import { At } from "../../i18n/time.tsx";
import { useMay } from "../../session/use-may.ts";
import { TenantPicker } from "../../tenants/tenant-picker.tsx";
import { useChosenTenant } from "../../tenants/use-chosen-tenant.ts";
import { Asked } from "../../ui/asked.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { Empty } from "../../ui/empty.tsx";
import { Select } from "../../ui/input.tsx";
import { Page } from "../../ui/page.tsx";
import { Cell, Table } from "../../ui/table.tsx";
import { LinkOnce } from "../users/link-once.tsx";
import { Invitations } from "./invitations.tsx";
import { InvitePerson } from "./invite-person.tsx";

/** Who belongs to a tenant, and as what. */
export default function Members() {
  const t = useTranslations("members");
  const mayNot = useMay();
  const { tenant, names, isReady, choose } = useChosenTenant();
  const [isInviting, setInviting] = useState(false);
  const [link, setLink] = useState<string | null>(null);
  return (
    <Page
      title={t("title")}
      subtitle={t("subtitle")}
      actions={
        tenant !== "" && (
          <>
            <TenantPicker tenant={tenant} names={names} onChoose={choose} />
            <Button look="solid" why={mayNot("member.manage", tenant)} onClick={() => setInviting(true)}>
              {t("invite")}
            </Button>
          </>
        )
      }
    >
      {isReady && tenant === "" && <Empty title={t("noTenantTitle")} text={t("noTenantText")} command="./agentpod tenant create acme" />}
      {tenant !== "" && <MemberList key={tenant} tenant={tenant} />}
      {tenant !== "" && mayNot("member.manage", tenant) === null && <Invitations key={`${tenant} invitations`} tenant={tenant} />}
      {isInviting && (
        <InvitePerson
          tenant={tenant}
          onClose={() => setInviting(false)}
          onLink={(made) => {
            setInviting(false);
            setLink(made);
          }}
        />
      )}
      {link !== null && <LinkOnce link={link} onClose={() => setLink(null)} />}
    </Page>
  );
}

function MemberList({ tenant }: { tenant: string }) {
  const t = useTranslations("members");
  const client = useQueryClient();
  const mayNot = useMay();
  const why = mayNot("member.manage", tenant);
  // Owners are made and unmade by owners.
  const notOwner = why ?? mayNot("member.owner", tenant);
  const query = useQuery(queries.members(tenant));
  const change = useAct({
    run: ({ user, role }: { user: string; role: TenantRole | null }) =>
      role === null ? api.members.remove(tenant, user) : api.members.setRole(tenant, user, role),
    onDone: () => void client.invalidateQueries({ queryKey: ["members", tenant] }),
  });
  return (
    <Card flush>
      <Asked query={query}>
        {(list) =>
          list.length === 0 ? (
            <p className="px-4 py-8 text-center text-soft text-sm">{t("none")}</p>
          ) : (
            <Table label={t("title")} head={[t("person"), t("role"), t("since")]} actions={t("actions")}>
              {list.map(({ userId, name, email, role, since }) => (
                <tr key={userId}>
                  <Cell className="min-w-44">
                    <span className="block font-medium">{name}</span>
                    <span className="block break-all text-soft">{email}</span>
                  </Cell>
                  <Cell>
                    {(role === "owner" ? notOwner : why) !== null ? (
                      t(`roles.${role}`)
                    ) : (
                      <Select
                        aria-label={t("roleOf", { name })}
                        value={role}
                        onChange={(event) => change.mutate({ user: userId, role: event.target.value as TenantRole })}
                        className="w-auto!"
                      >
                        {tenantRoles.map((one) => (
                          <option key={one} value={one} disabled={one === "owner" && notOwner !== null}>
                            {t(`roles.${one}`)}
                          </option>
                        ))}
                      </Select>
                    )}
                  </Cell>
                  <Cell className="whitespace-nowrap text-soft">
                    <At at={since} />
                  </Cell>
                  <Cell className="text-right">
                    <Button
                      small
                      why={role === "owner" ? notOwner : why}
                      aria-label={t("removeOne", { name })}
                      onClick={() => change.mutate({ user: userId, role: null })}
                    >
                      {t("remove")}
                    </Button>
                  </Cell>
                </tr>
              ))}
            </Table>
          )
        }
      </Asked>
    </Card>
  );
}
