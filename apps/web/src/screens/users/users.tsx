"use client";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { queries } from "../../api/queries.ts";
import { useMay } from "../../session/use-may.ts";
import { Asked } from "../../ui/asked.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { Page } from "../../ui/page.tsx";
import { Table } from "../../ui/table.tsx";
import { LinkOnce } from "./link-once.tsx";
import { NewUser } from "./new-user.tsx";
import { UserRow } from "./user-row.tsx";

/** Everybody who may sign in to this installation. */
export default function Users() {
  const t = useTranslations("users");
  const mayNot = useMay();
  const [isNew, setNew] = useState(false);
  const [link, setLink] = useState<string | null>(null);
  const query = useQuery(queries.users());
  return (
    <Page
      title={t("title")}
      subtitle={t("subtitle")}
      actions={
        <Button look="solid" why={mayNot("user.manage")} onClick={() => setNew(true)}>
          {t("new")}
        </Button>
      }
    >
      <Card flush>
        <Asked query={query}>
          {(list) => (
            <Table label={t("title")} head={[t("person"), t("role"), t("secondFactor"), t("lastLogin")]} actions={t("actions")}>
              {list.map((user) => (
                <UserRow key={user.id} user={user} onLink={setLink} />
              ))}
            </Table>
          )}
        </Asked>
      </Card>
      {isNew && (
        <NewUser
          onClose={() => setNew(false)}
          onLink={(made) => {
            setNew(false);
            setLink(made);
          }}
        />
      )}
      {link !== null && <LinkOnce link={link} onClose={() => setLink(null)} />}
    </Page>
  );
}
