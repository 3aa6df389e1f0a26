import { useTranslations } from "use-intl";
import { Select } from "../ui/input.tsx";

export function TenantPicker({ tenant, names, onChoose }: { tenant: string; names: string[]; onChoose(name: string): void }) {
  const t = useTranslations("tenants");
  return (
    <Select aria-label={t("one")} value={tenant} onChange={(event) => onChoose(event.target.value)} className="h-8! w-auto! max-w-48">
      {names.map((name) => (
        <option key={name}>{name}</option>
      ))}
    </Select>
  );
}
