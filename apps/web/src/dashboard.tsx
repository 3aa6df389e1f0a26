"use client";
import { QueryClientProvider } from "@tanstack/react-query";
import { Suspense, useState, useSyncExternalStore } from "react";
import { makeQueryClient } from "./api/query-client.ts";
import { Texts } from "./i18n/texts.tsx";
import { Gate } from "./session/gate.tsx";
import { ToastProvider } from "./ui/toast.tsx";

const never = () => () => undefined;

/** Everything. The exported page is empty of it: what is shown depends on address, language and session, which only the browser knows. */
export function Dashboard() {
  const isBrowser = useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
  const [client] = useState(makeQueryClient);
  if (!isBrowser) return null;
  return (
    <QueryClientProvider client={client}>
      <Texts>
        <ToastProvider>
          <Suspense>
            <Gate />
          </Suspense>
        </ToastProvider>
      </Texts>
    </QueryClientProvider>
  );
}
