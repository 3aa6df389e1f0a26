import { useTranslations } from "use-intl";

export const operationKinds = [
  ...(["pod.upgrade", "pod.backup", "pod.restore", "pod.copy", "pod.drill"] as const),
  ...(["pod.dump", "pod.dump_check", "pod.dump_restore"] as const),
  ...(["deployment.deploy", "deployment.push", "deployment.destroy"] as const),
] as const;

/** What an operation does, in words; kinds that are not known stay as they are. */
export function useKindText(): (kind: string) => string {
  const t = useTranslations("operations");
  return (kind) => {
    const known = operationKinds.find((one) => one === kind);
    return known === undefined ? kind : t(`kinds.${known}`);
  };
}
