import { useTranslations } from "use-intl";
import { useSaid } from "../../i18n/said.ts";
import { Mark } from "../../ui/mark.tsx";
import { type AnalysisView, findings, warningsOf } from "./findings.ts";

/** What a project was found to be, how it is run, and why; what somebody should look at stands first. */
export function Found({ analysis }: { analysis: AnalysisView }) {
  const t = useTranslations("newDeployment");
  const said = useSaid();
  const look = [
    ...warningsOf(analysis).map(({ text, file }) => ({ text: said(text), file })),
    ...analysis.refused.map(({ path, expected }) => ({ text: said(expected), file: path })),
    ...(analysis.notOffered.length === 0 ? [] : [{ text: t("notOffered", { names: analysis.notOffered.join(", ") }), file: null }]),
  ];
  return (
    <div className="flex min-w-0 flex-col gap-4 text-sm">
      {look.length > 0 && (
        <ul aria-label={t("lookAt")} className="flex flex-col gap-1.5 rounded-md border border-line-strong p-3">
          {look.map(({ text, file }) => (
            <li key={`${file} ${text}`} className="flex items-start gap-2.5">
              <span className="pt-1">
                <Mark shape="half" />
              </span>
              <Why text={text} file={file} />
            </li>
          ))}
        </ul>
      )}
      <dl className="flex flex-col gap-3">
        {findings(analysis).map(({ about, values, reasons }) => (
          <div key={about} className="grid grid-cols-1 gap-x-4 gap-y-0.5 sm:grid-cols-[8.5rem_1fr]">
            <dt className="text-soft">{t(`abouts.${about}`)}</dt>
            <dd className="flex min-w-0 flex-col gap-0.5">
              {values.map((value) => (
                <code key={value} className="break-words font-mono text-[13px]">
                  {value}
                </code>
              ))}
              {reasons.map(({ text, file }) => (
                <span key={`${file} ${text}`} className="text-[13px] text-soft">
                  <Why text={said(text)} file={file} />
                </span>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

function Why({ text, file }: { text: string; file: string | null }) {
  return (
    <span className="min-w-0 break-words">
      {text}
      {file !== null && (
        <>
          {" "}
          <code className="break-words font-mono text-xs">{file}</code>
        </>
      )}
    </span>
  );
}
