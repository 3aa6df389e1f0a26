import { useTranslations } from "use-intl";
import type { Standing } from "../../pods/pod-state.ts";
import { cx } from "../../ui/cx.ts";

const looks: Record<Standing, string> = {
  fine: "bg-ink",
  moving: "bg-soft/60",
  resting: "bg-line",
  attention: "bg-[repeating-linear-gradient(45deg,var(--ink)_0_2px,transparent_2px_5px)] ring-1 ring-ink ring-inset",
};

/** Shares of pods by how they stand: solid serves, hatched needs a look. In words for those who do not see it. */
export function HealthBar({ standings }: { standings: Standing[] }) {
  const t = useTranslations("standing");
  const shares = (Object.keys(looks) as Standing[])
    .map((standing) => ({ standing, count: standings.filter((one) => one === standing).length }))
    .filter(({ count }) => count > 0);
  const words = shares.map(({ standing, count }) => `${t(standing)}: ${count}`).join(", ");
  return (
    <span role="img" aria-label={words} title={words} className="flex h-2 w-full gap-0.5 overflow-hidden rounded-full">
      {shares.map(({ standing, count }) => (
        <span key={standing} className={cx("h-full rounded-full", looks[standing])} style={{ flexGrow: count }} />
      ))}
    </span>
  );
}
