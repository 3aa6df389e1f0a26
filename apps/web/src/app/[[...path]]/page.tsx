import { Dashboard } from "../../dashboard.tsx";

/** One page for every address: `routing/screens.ts` says which screen an address shows. */
export const generateStaticParams = () => [{ path: [] }];

export const dynamicParams = false;

export default function Page() {
  return <Dashboard />;
}
