import { useTranslations } from "use-intl";
import { Button } from "../../../ui/button.tsx";

export interface Problem {
  /** Of the text, from 1; null where it belongs to no line. */
  line: number | null;
  path: string;
  text: string;
}

/** What is wrong with a spec, each with the way to its line. */
export function SpecProblems({ problems, onLine }: { problems: Problem[]; onLine(line: number): void }) {
  const t = useTranslations("environment");
  if (problems.length === 0) return null;
  return (
    <div role="alert">
      <ul className="flex flex-col gap-1.5 text-sm">
        {problems.map(({ line, path, text }) => (
          <li key={`${path} ${text}`} className="flex flex-wrap items-baseline gap-x-2 gap-y-1">
            {line !== null && (
              <Button small onClick={() => onLine(line)}>
                {t("line", { line })}
              </Button>
            )}
            {path !== "" && <code className="break-all font-mono text-[13px]">{path}</code>}
            <span className="min-w-0 break-words font-medium">{text}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
