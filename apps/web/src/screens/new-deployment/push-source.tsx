"use client";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslations } from "use-intl";
import { Asked } from "../../ui/asked.tsx";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { deploymentQueries } from "../deployments/deployment-queries.ts";
import { UnderWay } from "../project/under-way.tsx";
import { RemoteCommands } from "../push-to-deploy/own-remote.tsx";
import { pushQueries } from "../push-to-deploy/push-queries.ts";

/** How an application of some name is pushed here by git, and what came of it as soon as it was. `name`: that of one that is there; empty: any. */
export function PushSource({ tenant, name }: { tenant: string; name: string }) {
  const t = useTranslations("newDeployment");
  const [typed, setTyped] = useState(name);
  const [asked, ask] = useState(name);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    ask(typed.trim());
  };
  return (
    <div className="flex min-w-0 flex-col gap-5">
      {name === "" && (
        <form onSubmit={submit} noValidate className="flex flex-wrap items-end gap-3">
          <div className="min-w-0 flex-1 basis-56">
            <Field label={t("name")} required>
              {(ids) => (
                <Input {...ids} value={typed} autoComplete="off" spellCheck={false} onChange={(event) => setTyped(event.target.value)} />
              )}
            </Field>
          </div>
          <Button type="submit" disabled={typed.trim() === ""} className="mb-0.5">
            {t("showCommands")}
          </Button>
        </form>
      )}
      {asked !== "" && <Commands key={asked} tenant={tenant} name={asked} />}
    </div>
  );
}

function Commands({ tenant, name }: { tenant: string; name: string }) {
  const remote = useQuery(pushQueries.remote(tenant, name));
  const { data: all = [] } = useQuery(deploymentQueries.ofApplication(tenant, name));
  const [first] = useState(() => Date.now());
  const pushed = all.find(({ createdAt }) => Date.parse(createdAt) >= first);
  return (
    <Asked query={remote} lines={4}>
      {(found) => (
        <>
          <RemoteCommands tenant={tenant} name={name} remote={found} />
          {pushed !== undefined && <UnderWay deployment={pushed} />}
        </>
      )}
    </Asked>
  );
}
