import { useTranslations } from "use-intl";
import { Select } from "../../ui/input.tsx";

interface PickerProps {
  /** Null: the installation; undefined: none is known. */
  owner: string | null | undefined;
  tenants: string[];
  /** Told "" for the installation. */
  choose(name: string): void;
  hasInstallation: boolean;
}

/** Whose things are shown. */
export function OwnerPicker({ owner, tenants, choose, hasInstallation }: PickerProps) {
  const t = useTranslations("backups");
  if (tenants.length === 0 && !hasInstallation) return null;
  return (
    <Select aria-label={t("whose")} value={owner ?? ""} onChange={(event) => choose(event.target.value)} className="h-8! w-auto! max-w-56">
      {hasInstallation && <option value="">{t("installation")}</option>}
      {tenants.map((name) => (
        <option key={name}>{name}</option>
      ))}
    </Select>
  );
}
