import type { ForeignContainerView } from "@agentpod/core/api/adopt-view";
import { useTranslations } from "use-intl";
import { useSaid } from "../../i18n/said.ts";
import { Ago } from "../../i18n/time.tsx";
import { Button } from "../../ui/button.tsx";
import { Mark, type Shape } from "../../ui/mark.tsx";

/** The engine's words. */
const states = ["running", "exited", "created", "paused", "restarting", "dead"] as const;

/** One container as it is found, and whether it can be adopted. */
export function ForeignContainer({ container, onAdopt }: { container: ForeignContainerView; onAdopt(): void }) {
  const t = useTranslations("adopt");
  const said = useSaid();
  const { name, image, state, startedAt, ports, volumes, folders, compose, restart, obstacles, dangers } = container;
  const shape: Shape = obstacles.length > 0 ? "cross" : dangers.length > 0 ? "half" : "full";
  const known = states.find((one) => one === state);
  const mounts = volumes.length + folders.length;
  return (
    <li className="flex flex-wrap items-start gap-x-3 gap-y-2 px-4 py-3.5 text-sm">
      <span className="pt-1">
        <Mark shape={shape} />
      </span>
      <div className="flex min-w-0 flex-1 basis-60 flex-col gap-1">
        <p className="flex flex-wrap items-center gap-x-3 gap-y-0.5">
          <span className="break-all font-medium">{name}</span>
          <span>{t(obstacles.length > 0 ? "cannot" : dangers.length > 0 ? "dangerous" : "can")}</span>
        </p>
        <p className="flex flex-wrap gap-x-3 gap-y-0.5 text-[13px] text-soft">
          <code className="break-all font-mono">{image ?? t("noImage")}</code>
          <span>
            {known === undefined ? state : t(`states.${known}`)} {startedAt !== null && <Ago at={startedAt} />}
          </span>
          {compose !== null && <span>{t("service", { service: compose.service })}</span>}
          {ports.length > 0 && <span className="break-all">{t("ports", { ports: ports.map(portText).join(", ") })}</span>}
          {mounts > 0 && <span>{t("mounts", { count: mounts })}</span>}
          <span>{t("restart", { rule: restart })}</span>
        </p>
        {[...obstacles, ...dangers].map((text) => (
          <p key={text} className="break-words text-[13px]">
            {said(text)}
          </p>
        ))}
      </div>
      <Button small why={obstacles.length > 0 ? t("cannotHint") : null} onClick={onAdopt} aria-label={t("adoptOne", { name })}>
        {t("adopt")}
      </Button>
    </li>
  );
}

function portText({ container, published }: ForeignContainerView["ports"][number]): string {
  return published === null ? String(container) : `${published.address}:${published.port}→${container}`;
}
