"use client";
import { toAppError } from "@agentpod/core/errors";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { usePathname } from "next/navigation";
import { type ComponentType, lazy, Suspense, useEffect } from "react";
import { queries } from "../api/queries.ts";
import { onSessionEnd } from "../api/session-end.ts";
import { LiveProvider } from "../api/use-live.tsx";
import { Frame } from "../shell/frame.tsx";
import { Unreachable } from "./unreachable.tsx";

const Guest = lazy(() => import("./guest/guest.tsx"));
const Register = lazy(() => import("./register.tsx"));
const ChoosePassword = lazy(() => import("./choose-password.tsx"));
const Invitation = lazy(() => import("./invitation.tsx"));
const SignIn = lazy(() => import("./sign-in.tsx"));

/** What is shown whether or not somebody is signed in: one-time links lead here, and visitors come. */
const openPages: Record<string, ComponentType | undefined> = {
  "/password-reset": ChoosePassword,
  "/invitation": Invitation,
  "/register": Register,
  "/guest": Guest,
};

/** The console for whoever is signed in; the way in for all others, at whatever address they came to. */
export function Gate() {
  const path = usePathname();
  const Open = openPages[path];
  if (Open === undefined) return <Inside />;
  return (
    <Suspense>
      <Open />
    </Suspense>
  );
}

function Inside() {
  const client = useQueryClient();
  const whoami = useQuery(queries.whoami());
  useEffect(
    () =>
      onSessionEnd(() => {
        // A session that never was is told by whoami itself.
        if (client.getQueryData(["whoami"]) === undefined) return;
        // What was seen with one that ended goes with it.
        client.removeQueries({ predicate: (query) => query.queryKey[0] !== "whoami" });
        void client.resetQueries({ queryKey: ["whoami"] });
      }),
    [client],
  );
  if (whoami.data !== undefined)
    return (
      <LiveProvider>
        <Frame />
      </LiveProvider>
    );
  if (!whoami.isError) return null;
  if (toAppError(whoami.error).code !== "unauthenticated")
    return <Unreachable error={whoami.error} onRetry={() => void whoami.refetch()} />;
  return (
    <Suspense>
      <SignIn onDone={() => void client.resetQueries({ queryKey: ["whoami"] })} />
    </Suspense>
  );
}
