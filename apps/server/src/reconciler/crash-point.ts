/**
 * A place where a test may have the control plane killed: `before` an effect (its intent is stored) and `after` it
 * (its outcome is not). Named `<before|after>:<action kind>`.
 */
export type CrashPoint = (name: string) => void;

/** Kills this process (KILL, as a power cut would) at the n-th passage of one point; without a point: no effect. `at` is `<name>` or `<name>#<n>`. */
export function crashPoint(at: string | null): CrashPoint {
  if (at === null) return () => {};
  const [wanted, nth = "1"] = at.split("#");
  let passages = 0;
  return (name) => {
    if (name === wanted && ++passages === Number(nth)) process.kill(process.pid, "SIGKILL");
  };
}
