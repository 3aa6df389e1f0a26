"use client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslations } from "use-intl";
import { api } from "../../api/client.ts";
import { useAct } from "../../api/use-act.ts";
import { go } from "../../routing/go.tsx";
import { Asked } from "../../ui/asked.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { Select } from "../../ui/input.tsx";
import { deploymentHref } from "../deployments/deployment-href.ts";
import { deploymentQueries } from "../deployments/deployment-queries.ts";
import { projectsOf } from "../deployments/projects-of.ts";

interface PromoteProps {
  tenant: string;
  name: string;
  /** The one that is chosen at first; absent: any. */
  from?: string;
  onClose(): void;
}

/** Makes what serves as another application of the tenant the release of this one, as it was built. */
export function PromoteHere({ tenant, name, from, onClose }: PromoteProps) {
  const t = useTranslations("deployments");
  const query = useQuery(deploymentQueries.list(tenant));
  return (
    <Dialog open onOpenChange={onClose} title={t("promoteTitle", { name: `${tenant}/${name}` })} description={t("promoteText")}>
      <Asked query={query} lines={2}>
        {(list) => {
          const names = projectsOf(list).flatMap((one) => (one.serving === null || one.name === name ? [] : [one.name]));
          if (names.length === 0) return <p className="text-sm">{t("nothingToPromote")}</p>;
          const first = names.find((one) => one === from) ?? names[0] ?? "";
          return <PromoteForm tenant={tenant} name={name} names={names} first={first} onClose={onClose} />;
        }}
      </Asked>
    </Dialog>
  );
}

interface FormProps {
  tenant: string;
  name: string;
  names: readonly string[];
  first: string;
  onClose(): void;
}

function PromoteForm({ tenant, name, names, first, onClose }: FormProps) {
  const t = useTranslations("deployments");
  const client = useQueryClient();
  const [from, choose] = useState(first);
  const promote = useAct({
    run: () => api.deployments.promote(tenant, name, { from }),
    onDone({ deployment }) {
      void client.invalidateQueries({ queryKey: ["deployments"] });
      onClose();
      go(deploymentHref(deployment, deployment.number));
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    promote.mutate();
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <Field label={t("promoteFrom")}>
        {(ids) => (
          <Select {...ids} value={from} onChange={(event) => choose(event.target.value)}>
            {names.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </Select>
        )}
      </Field>
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>{t("notNow")}</Button>
        <Button type="submit" look="solid" isBusy={promote.isPending}>
          {t("promote")}
        </Button>
      </div>
    </form>
  );
}
