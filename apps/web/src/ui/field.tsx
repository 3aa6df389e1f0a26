import { type ReactNode, useId } from "react";

interface FieldProps {
  label: string;
  hint?: ReactNode;
  /** What is wrong with the value, told beside it. */
  error?: string | null | undefined;
  required?: boolean;
  children(ids: { id: string; "aria-describedby": string | undefined; "aria-invalid": true | undefined }): ReactNode;
}

/** A labelled control with its hint and its error. */
export function Field({ label, hint, error, required = false, children }: FieldProps) {
  const id = useId();
  const describedBy = [hint ? `${id}-hint` : "", error ? `${id}-error` : ""].filter(Boolean).join(" ");
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={id} className="font-medium text-[13px]">
        {label}
        {required && (
          <span className="text-soft" aria-hidden>
            {" *"}
          </span>
        )}
      </label>
      {children({ id, "aria-describedby": describedBy || undefined, "aria-invalid": error ? true : undefined })}
      {hint && (
        <p id={`${id}-hint`} className="text-[13px] text-soft">
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} role="alert" className="flex gap-1.5 font-medium text-[13px]">
          <span aria-hidden>▲</span>
          {error}
        </p>
      )}
    </div>
  );
}
