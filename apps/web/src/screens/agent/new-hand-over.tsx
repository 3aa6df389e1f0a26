"use client";
import type { PodView } from "@agentpod/core/api/pod-view";
import { type FormEvent, useState } from "react";
import { useTranslations } from "use-intl";
import { api } from "../../api/client.ts";
import { useAct } from "../../api/use-act.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { Select } from "../../ui/input.tsx";

/** For how many hours a link may be good. */
const choices = [1, 24, 168, 720] as const;

interface NewHandOverProps {
  pod: PodView;
  /** There is one that can still be used. */
  endsOther: boolean;
  onClose(): void;
  onMade(link: string): void;
}

export function NewHandOver({ pod, endsOther, onClose, onMade }: NewHandOverProps) {
  const t = useTranslations("agent");
  const common = useTranslations("common");
  const [hours, setHours] = useState<number>(168);
  const make = useAct({
    run: () => api.handOver.create(pod.tenant, pod.name, { hours }),
    onDone: ({ link }) => onMade(link),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    make.mutate();
  };
  return (
    <Dialog open onOpenChange={onClose} title={t("makeLink")} description={t(endsOther ? "newLinkEnds" : "newLinkText")}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <Field label={t("goodFor")}>
          {(ids) => (
            <Select {...ids} value={hours} onChange={(event) => setHours(Number(event.target.value))}>
              {choices.map((one) => (
                <option key={one} value={one}>
                  {one < 48 ? t("hours", { count: one }) : t("days", { count: one / 24 })}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{common("cancel")}</Button>
          <Button type="submit" look="solid" isBusy={make.isPending}>
            {t("makeLink")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
