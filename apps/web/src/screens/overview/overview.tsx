"use client";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { queries } from "../../api/queries.ts";
import { Go } from "../../routing/go.tsx";
import { useMay } from "../../session/use-may.ts";
import { Asked } from "../../ui/asked.tsx";
import { buttonClass } from "../../ui/button.tsx";
import { Empty } from "../../ui/empty.tsx";
import { Page } from "../../ui/page.tsx";
import { NeedsAttention } from "./needs-attention.tsx";
import { RecentEvents } from "./recent-events.tsx";
import { Standings } from "./standings.tsx";
import { TenantHealth } from "./tenant-health.tsx";

/** Health at a glance, by tenant, and what happened last. */
export default function Overview() {
  const t = useTranslations("overview");
  const pods = useQuery(queries.pods());
  const mayNot = useMay();
  return (
    <Page
      title={t("title")}
      actions={
        mayNot("pod.write") === null && (
          <Go href="/pods/new" className={buttonClass("solid")}>
            {t("newPod")}
          </Go>
        )
      }
    >
      <Asked query={pods}>
        {(list) =>
          list.length === 0 ? (
            <Empty
              title={t("emptyTitle")}
              text={t("emptyText")}
              command="./agentpod tenant create acme && ./agentpod pod create acme/web --template hello --wait"
            />
          ) : (
            <>
              <Standings pods={list} />
              <NeedsAttention pods={list} />
              <TenantHealth pods={list} />
            </>
          )
        }
      </Asked>
      {mayNot("event.read") === null && <RecentEvents />}
    </Page>
  );
}
