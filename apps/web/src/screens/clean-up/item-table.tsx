"use client";
import type { CleanUpPlanView } from "@agentpod/core/api/clean-up-view";
import { useState } from "react";
import { useFormatter, useTranslations } from "use-intl";
import { useSaid } from "../../i18n/said.ts";
import { Button } from "../../ui/button.tsx";
import { Cell, Table } from "../../ui/table.tsx";
import { sizeOf } from "../backups/size-of.ts";

/** So many rows are shown at first, and more each time somebody asks for them. */
const step = 100;

/** Things on a disk with their size, the largest first, and why they go or stay. */
export function ItemTable({ label, items }: { label: string; items: CleanUpPlanView["goes"] }) {
  const t = useTranslations("cleanUp");
  const said = useSaid();
  const format = useFormatter();
  const [most, setMost] = useState(step);
  return (
    <>
      <Table label={label} head={[t("kind"), t("what"), t("size"), t("why")]}>
        {items
          .toSorted((a, b) => (b.bytes ?? -1) - (a.bytes ?? -1))
          .slice(0, most)
          .map(({ kind, id, name, bytes, reason }) => (
            <tr key={`${kind} ${id}`}>
              <Cell className="whitespace-nowrap">{t(`kinds.${kind}`)}</Cell>
              <Cell className="min-w-40 max-w-80 break-all font-mono text-[13px]">{name}</Cell>
              <Cell className="whitespace-nowrap text-soft tabular-nums">{bytes === null ? "–" : sizeOf(bytes, format)}</Cell>
              <Cell className="min-w-48 break-words text-soft">{said(reason)}</Cell>
            </tr>
          ))}
      </Table>
      {items.length > most && (
        <div className="flex justify-center border-t p-3">
          <Button small onClick={() => setMost(most + step)}>
            {t("showMore", { count: Math.min(step, items.length - most) })}
          </Button>
        </div>
      )}
    </>
  );
}
