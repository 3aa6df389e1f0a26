import { Download } from "lucide-react";
import { useTranslations } from "use-intl";
import { buttonClass } from "../../../ui/button.tsx";

/** A link by which the browser saves a file by itself: no script holds its bytes. */
export function DownloadLink({ href, name, isSmall = false }: { href: string; name: string; isSmall?: boolean }) {
  const t = useTranslations("files");
  const label = t("downloadOne", { name });
  return isSmall ? (
    <a
      href={href}
      download={name}
      aria-label={label}
      title={label}
      className="inline-flex size-8 shrink-0 items-center justify-center rounded-md text-soft transition-colors hover:bg-hover hover:text-ink"
    >
      <Download className="size-4" aria-hidden />
    </a>
  ) : (
    <a href={href} download={name} className={buttonClass()}>
      <Download className="size-4" aria-hidden />
      {t("download")}
    </a>
  );
}
