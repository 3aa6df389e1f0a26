import type { ReactNode } from "react";
import { Go } from "../routing/go.tsx";

/** The way to a new tenant, for sentences that say that there is none yet. */
export const newTenantLink = (text: ReactNode) => (
  <Go href="/tenants?new=1" className="text-ink underline underline-offset-4">
    {text}
  </Go>
);
