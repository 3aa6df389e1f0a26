"use client";
import type { AgentPackageView } from "@agentpod/core/api/agent-package-view";
import { toAppError } from "@agentpod/core/errors";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { queries } from "../../api/queries.ts";
import { useSaid } from "../../i18n/said.ts";
import { go } from "../../routing/go.tsx";
import { useMay, useWhoami } from "../../session/use-may.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { Select } from "../../ui/input.tsx";
import { useToast } from "../../ui/toast.tsx";
import { ChooseFolder } from "./choose-folder.tsx";
import { FolderContents } from "./folder-contents.tsx";
import { type MakingVersion, makeVersion } from "./make-version.ts";
import { MakingProgress } from "./making-progress.tsx";
import { type PackageFolder, packageFolder } from "./package-folder.ts";
import { type ManifestProblem, manifestProblems, readManifest } from "./package-manifest.ts";
import { packageHref } from "./package-queries.ts";
import type { GivenFile } from "./read-folder.ts";

interface NewVersionProps {
  /** Of the package that is to get one; null: whatever the folder is. */
  name: string | null;
  /** Whose it is to be: a tenant's name, empty for everybody's; null: to be chosen. */
  tenant: string | null;
  onClose(): void;
}

interface Read {
  folder: PackageFolder<GivenFile>;
  text: string;
  given: unknown;
}

/** Makes the next version of a package from a folder of this computer. */
export default function NewVersion({ name, tenant, onClose }: NewVersionProps) {
  const t = useTranslations("agentPackages");
  const said = useSaid();
  const toast = useToast();
  const client = useQueryClient();
  const mayNot = useMay();
  const seesAll = useWhoami().tenants === "*";
  const { data: tenants = [] } = useQuery(queries.tenants());
  const [chosen, setChosen] = useState<string | null>(tenant);
  const [read, setRead] = useState<Read | null>(null);
  const [problems, setProblems] = useState<ManifestProblem[]>([]);
  const [progress, setProgress] = useState<MakingVersion | null>(null);
  const owner = chosen ?? (seesAll ? "" : (tenants[0]?.name ?? ""));

  const take = async (files: GivenFile[]): Promise<void> => {
    setRead(null);
    setProblems([]);
    const folder = packageFolder(files);
    if (folder.manifest === null) return setProblems([{ line: null, path: "", text: t("noManifest") }]);
    const text = await folder.manifest.file.text();
    const manifest = readManifest(text);
    if ("mistake" in manifest) return setProblems([{ line: manifest.line, path: "", text: manifest.mistake }]);
    setRead({ folder, text, given: manifest.given });
  };
  const make = async ({ folder, text, given }: Read): Promise<void> => {
    setProblems([]);
    setProgress({ part: null, sent: 0, bytes: 0 });
    try {
      done(await makeVersion(given, folder, owner, setProgress));
    } catch (thrown) {
      const error = toAppError(thrown);
      const told = (expected: string, nearest: string | undefined): string =>
        nearest === undefined ? t("expected", { expected: said(expected) }) : t("expectedNearest", { expected: said(expected), nearest });
      setProblems(
        error.issues.length > 0 ? manifestProblems(text, error.issues, told) : [{ line: null, path: "", text: said(error.message) }],
      );
    } finally {
      setProgress(null);
    }
  };
  const done = (view: AgentPackageView): void => {
    for (const key of ["templates", "package-files"]) void client.invalidateQueries({ queryKey: [key] });
    toast.say(t("made", { name: view.name, version: view.version }));
    onClose();
    go(packageHref(view.name, owner));
  };
  const called = read === null ? null : String((read.given as { name?: unknown } | null)?.name ?? "");
  const why = owner === "" ? mayNot("platform.settings") : mayNot("template.write", owner);
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={name === null ? t("new") : t("newVersionOf", { name })}
      description={t.rich("newText", { code: (text) => <code className="font-mono text-[13px]">{text}</code> })}
    >
      <div className="flex flex-col gap-4">
        {tenant === null && (
          <Field label={t("for")}>
            {(ids) => (
              <Select {...ids} value={owner} onChange={(event) => setChosen(event.target.value)}>
                {seesAll && <option value="">{t("everyone")}</option>}
                {tenants.map((one) => (
                  <option key={one.id} value={one.name}>
                    {one.name}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        )}
        <ChooseFolder isBusy={progress !== null} onFiles={(files) => void take(files)} />
        {read !== null && <FolderContents folder={read.folder} />}
        {name !== null && called !== null && called !== name && (
          <p role="alert" className="font-medium text-sm">
            {t("otherName", { name, called })}
          </p>
        )}
        <Problems problems={problems} />
        {progress !== null && <MakingProgress progress={progress} />}
        <div className="flex justify-end">
          <Button
            look="solid"
            why={why}
            disabled={read === null || (tenant === null && owner === "" && !seesAll)}
            isBusy={progress !== null}
            onClick={() => read !== null && void make(read)}
          >
            {t("make")}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

/** What is wrong, each by its file, its line and its place in it. */
function Problems({ problems }: { problems: ManifestProblem[] }) {
  const t = useTranslations("agentPackages");
  if (problems.length === 0) return null;
  return (
    <div role="alert">
      <ul className="flex flex-col gap-2 rounded-md border border-line-strong p-3 text-sm">
        {problems.map(({ line, path, text }) => (
          <li key={`${path} ${text}`} className="flex flex-col gap-0.5">
            {(line !== null || path !== "") && (
              <span className="break-all font-mono text-[13px] text-soft">
                {[line === null ? "agent.yaml" : t("fileLine", { line }), path].filter(Boolean).join(" · ")}
              </span>
            )}
            <span className="min-w-0 break-words font-medium">{text}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
