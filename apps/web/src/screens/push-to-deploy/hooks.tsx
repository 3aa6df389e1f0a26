"use client";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { useMay } from "../../session/use-may.ts";
import { Asked } from "../../ui/asked.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { Empty } from "../../ui/empty.tsx";
import { HookItem } from "./hook-item.tsx";
import { NewHook } from "./new-hook.tsx";
import { pushQueries } from "./push-queries.ts";

interface HooksProps {
  tenant: string;
  name: string;
  /** Where the newest deployment's code came from. */
  origin: string;
}

/** Repositories elsewhere whose pushes deploy an application. */
export function Hooks({ tenant, name, origin }: HooksProps) {
  const t = useTranslations("push");
  const mayNot = useMay();
  const [isNew, setNew] = useState(false);
  const query = useQuery(pushQueries.hooks(tenant, name));
  const why = mayNot("pod.write", tenant) ?? mayNot("artifact.write", tenant);
  return (
    <Card
      title={t("hooks")}
      flush
      actions={
        <Button small look="solid" why={why} onClick={() => setNew(true)}>
          {t("newHook")}
        </Button>
      }
    >
      <Asked query={query}>
        {(hooks) =>
          hooks.length === 0 ? (
            <Empty
              title={t("noHooksTitle")}
              text={t("noHooksText")}
              command={`./agentpod deployment hook create ${tenant}/${name} --kind github`}
            />
          ) : (
            <ul aria-label={t("hooks")} className="divide-y">
              {hooks.map((hook) => (
                <HookItem key={hook.id} hook={hook} />
              ))}
            </ul>
          )
        }
      </Asked>
      {isNew && <NewHook tenant={tenant} name={name} origin={origin} onClose={() => setNew(false)} />}
    </Card>
  );
}
