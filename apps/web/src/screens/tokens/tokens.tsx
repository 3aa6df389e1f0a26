"use client";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { queries } from "../../api/queries.ts";
import { Asked } from "../../ui/asked.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { Empty } from "../../ui/empty.tsx";
import { Page } from "../../ui/page.tsx";
import { Table } from "../../ui/table.tsx";
import { NewToken } from "./new-token.tsx";
import { TokenRow } from "./token-row.tsx";

/** Keys for programs: the CLI elsewhere, CI, other systems. Everybody may make some that can do what they can, or less. */
export default function Tokens() {
  const t = useTranslations("tokens");
  const [isNew, setNew] = useState(false);
  const query = useQuery(queries.tokens());
  return (
    <Page
      title={t("title")}
      subtitle={t("subtitle")}
      actions={
        <Button look="solid" onClick={() => setNew(true)}>
          {t("new")}
        </Button>
      }
    >
      <Asked query={query}>
        {(list) =>
          list.length === 0 ? (
            <Empty title={t("emptyTitle")} text={t("emptyText")} command="./agentpod token create ci --role operator" />
          ) : (
            <Card flush>
              <Table
                label={t("title")}
                head={[t("name"), t("scope"), t("permissions"), t("lastUsed"), t("expires")]}
                actions={t("actions")}
              >
                {list.map((token) => (
                  <TokenRow key={token.id} token={token} />
                ))}
              </Table>
            </Card>
          )
        }
      </Asked>
      {isNew && <NewToken onClose={() => setNew(false)} />}
    </Page>
  );
}
