"use client";
import { LaterTexts } from "../../i18n/later-texts.tsx";
import { ProjectFrame } from "../project/project-frame.tsx";
import { Hooks } from "./hooks.tsx";
import { OwnRemote } from "./own-remote.tsx";

/** How pushes to Git deploy an application: to a remote of its own, or to a repository elsewhere that tells of them. */
export default function ProjectPush({ params: { tenant = "", application = "" } }: { params: Record<string, string> }) {
  return (
    <LaterTexts>
      <ProjectFrame key={`${tenant}/${application}`} tenant={tenant} name={application} tab="push">
        {(all) => (
          <>
            <OwnRemote tenant={tenant} name={application} />
            <Hooks tenant={tenant} name={application} origin={all[0]?.origin ?? ""} />
          </>
        )}
      </ProjectFrame>
    </LaterTexts>
  );
}
