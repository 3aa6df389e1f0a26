import type { CleanUpStatus } from "@agentpod/core/api/clean-up-view";
import { useTranslations } from "use-intl";
import { Mark } from "../../ui/mark.tsx";
import { ProgressBar } from "../../ui/progress-bar.tsx";

interface RoomProps {
  disk: CleanUpStatus["disk"];
  /** MB that have to be free before something is built; 0: nobody looks. */
  leastMb: number;
}

/** How much is free on the disks that are watched before something is built, and what happens where that is too little. */
export function DiskRoom({ disk, leastMb }: RoomProps) {
  const t = useTranslations("cleanUp");
  const short = [disk.home, disk.runtime].some((room) => room !== null && room.freeMb < leastMb);
  return (
    <div className="flex flex-col gap-4 text-sm">
      <Disk label={t("disks.home")} room={disk.home} leastMb={leastMb} />
      <Disk label={t("disks.runtime")} room={disk.runtime} leastMb={leastMb} />
      <p role={short ? "alert" : undefined} className={short ? "font-medium" : "text-soft"}>
        {leastMb === 0 ? t("notWatched") : t(short ? "short" : "watched", { least: leastMb })}
      </p>
    </div>
  );
}

function Disk({ label, room, leastMb }: { label: string; room: CleanUpStatus["disk"]["home"]; leastMb: number }) {
  const t = useTranslations("cleanUp");
  if (room === null)
    return (
      <p className="flex items-start gap-2.5">
        <span className="pt-1">
          <Mark shape="ring" />
        </span>
        <span>
          <span className="font-medium">{label}</span> <span className="text-soft">{t("unseen")}</span>
        </span>
      </p>
    );
  const { freeMb, totalMb } = room;
  return (
    <div className="flex flex-col gap-1.5">
      <p className="flex items-start gap-2.5">
        <span className="pt-1">
          <Mark shape={freeMb < leastMb ? "cross" : "full"} />
        </span>
        <span className="min-w-0 tabular-nums">
          <span className="font-medium">{label}</span>{" "}
          {totalMb === null ? t("free", { free: freeMb }) : t("freeOf", { free: freeMb, total: totalMb })}
        </span>
      </p>
      {totalMb !== null && totalMb > 0 && (
        <ProgressBar label={t("used", { disk: label })} part={1 - freeMb / totalMb} mark={Math.max(0, 1 - leastMb / totalMb)} />
      )}
    </div>
  );
}
