"use client";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type KeyboardEvent, useState } from "react";
import { useTranslations } from "use-intl";
import { api } from "../../../api/client.ts";
import { useAct } from "../../../api/use-act.ts";
import { useSaid } from "../../../i18n/said.ts";
import { Button } from "../../../ui/button.tsx";
import { Textarea } from "../../../ui/input.tsx";
import type { FilesAt } from "./files-href.ts";
import { folderQuery } from "./folder-query.ts";

/** The text of a file, to be changed. `readOf`: as of when; what was changed meanwhile by others is not written over. */
export function TextEditor({ at, path, text, readOf }: { at: FilesAt; path: string; text: string; readOf: string }) {
  const t = useTranslations("files");
  const said = useSaid();
  const client = useQueryClient();
  // A browser's field knows one kind of line end alone; the file keeps its own.
  const isCrlf = text.includes("\r\n");
  const [stored, setStored] = useState({ text: text.replaceAll("\r\n", "\n"), readOf });
  const [typed, setTyped] = useState(stored.text);
  const [problem, setProblem] = useState<string | null>(null);
  const save = useAct({
    run(now: string) {
      const bytes = new Blob([isCrlf ? now.replaceAll("\n", "\r\n") : now]);
      return api.files.write({ ...at, path }, { bytes, size: bytes.size, unchangedSince: stored.readOf });
    },
    done: () => t("saved"),
    onDone(entry, now) {
      setStored({ text: now, readOf: entry.modifiedAt });
      setProblem(null);
      void client.invalidateQueries(folderQuery(at));
    },
    onError(error) {
      setProblem(said(error.message));
      return true;
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (typed !== stored.text && !save.isPending) save.mutate(typed);
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key !== "s" || !(event.ctrlKey || event.metaKey)) return;
    submit(event as unknown as FormEvent);
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-3">
      <Textarea
        aria-label={t("textOf", { path })}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={onKey}
        spellCheck={false}
        autoComplete="off"
        wrap="off"
        className="h-[55vh] min-h-60 resize-y leading-relaxed"
      />
      {problem !== null && (
        <p role="alert" className="font-medium text-sm">
          {problem}
        </p>
      )}
      <div className="flex flex-wrap items-center gap-3">
        <Button type="submit" look="solid" disabled={typed === stored.text} isBusy={save.isPending}>
          {t("save")}
        </Button>
        <p className="text-[13px] text-soft">{typed === stored.text ? t("saveHint") : t("unsaved")}</p>
      </div>
    </form>
  );
}
