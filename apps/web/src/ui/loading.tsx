import { useTranslations } from "use-intl";

/** Grey lines where the answer will be. */
export function Loading({ lines = 4 }: { lines?: number }) {
  const t = useTranslations("common");
  return (
    <div role="status" aria-label={t("loading")} className="flex animate-pulse flex-col gap-3 p-4">
      {Array.from({ length: lines }, (_, i) => (
        <div key={`line-${i.toString()}`} className="h-4 rounded bg-hover" style={{ width: `${90 - ((i * 17) % 40)}%` }} />
      ))}
    </div>
  );
}
