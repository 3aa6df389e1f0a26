import type { PodSummary } from "@agentpod/core/api/pod-view";
import { memo } from "react";
import { useTranslations } from "use-intl";
import { Ago } from "../../i18n/time.tsx";
import { PhaseText } from "../../pods/phase-text.tsx";
import { podHref } from "../../pods/pod-href.ts";
import { Go } from "../../routing/go.tsx";
import { OutLink } from "../../ui/out-link.tsx";

/** Columns of the table; on small screens address and template give way. */
export const podColumns =
  "grid grid-cols-[1.25rem_minmax(0,1fr)_auto] items-center gap-x-4 px-4 lg:grid-cols-[1.25rem_minmax(0,1.4fr)_8.5rem_minmax(0,0.7fr)_minmax(0,1.6fr)_7rem]";

interface PodRowProps {
  pod: PodSummary;
  isSelected: boolean;
  onToggle(): void;
}

export const PodRow = memo(
  function PodRow({ pod, isSelected, onToggle }: PodRowProps) {
    const t = useTranslations("pods");
    const [address] = pod.addresses;
    return (
      <>
        <td>
          <input
            type="checkbox"
            checked={isSelected}
            onChange={onToggle}
            aria-label={t("select", { pod: `${pod.tenant}/${pod.name}` })}
            className="size-4 accent-ink align-middle"
          />
        </td>
        <td className="min-w-0">
          <Go href={podHref(pod)} className="block truncate rounded underline-offset-4 hover:underline">
            <span className="text-soft">{pod.tenant}/</span>
            <span className="font-medium">{pod.name}</span>
          </Go>
        </td>
        <td>
          <PhaseText pod={pod} />
        </td>
        <td className="hidden truncate text-soft lg:block">{pod.template?.name ?? t("ownSpec")}</td>
        <td className="hidden min-w-0 lg:block">
          {address && (
            <OutLink href={address} className="block truncate rounded text-soft underline-offset-4 hover:text-ink hover:underline">
              {address.replace(/^https?:\/\//, "")}
            </OutLink>
          )}
        </td>
        <td className="hidden whitespace-nowrap text-right text-soft lg:block">
          <Ago at={pod.updatedAt} />
        </td>
      </>
    );
  },
  (before, after) => before.pod === after.pod && before.isSelected === after.isSelected,
);
