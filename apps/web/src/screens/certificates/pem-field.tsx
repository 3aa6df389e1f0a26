"use client";
import { useRef, useState } from "react";
import { useTranslations } from "use-intl";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { Textarea } from "../../ui/input.tsx";

interface PemProps {
  name: string;
  label: string;
  hint: string;
  error: string | undefined;
}

/** PEM as text, typed, pasted or read from a file. */
export function PemField({ name, label, hint, error }: PemProps) {
  const t = useTranslations("certificates");
  const [text, setText] = useState("");
  const file = useRef<HTMLInputElement>(null);
  return (
    <div className="flex flex-col gap-2">
      <Field label={label} hint={hint} error={error} required>
        {(ids) => (
          <Textarea
            {...ids}
            name={name}
            rows={4}
            value={text}
            onChange={(event) => setText(event.target.value)}
            autoComplete="off"
            spellCheck={false}
          />
        )}
      </Field>
      <div>
        <Button small onClick={() => file.current?.click()}>
          {t("fromFile")}
        </Button>
        <input
          ref={file}
          type="file"
          aria-label={t("fileOf", { label })}
          tabIndex={-1}
          className="sr-only"
          onChange={(event) => void event.target.files?.[0]?.text().then(setText)}
        />
      </div>
    </div>
  );
}
