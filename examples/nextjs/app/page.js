export const dynamic = "force-dynamic";

export default function Page() {
  return <p>It is {new Date().toISOString()} on the server.</p>;
}
