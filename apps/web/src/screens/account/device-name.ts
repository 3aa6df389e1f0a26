/** The first that is found is meant: Edge says that it is Chrome, and Chrome that it is Safari. */
const programs: readonly [RegExp, string][] = [
  [/\bEdgA?\//, "Edge"],
  [/\bOPR\//, "Opera"],
  [/\b(HeadlessChrome|Chrome|CriOS)\//, "Chrome"],
  [/\b(Firefox|FxiOS)\//, "Firefox"],
  [/\bSafari\//, "Safari"],
];
const systems: readonly [RegExp, string][] = [
  [/\b(iPhone|iPad)\b/, "iOS"],
  [/\bAndroid\b/, "Android"],
  [/\bWindows\b/, "Windows"],
  [/\bMac OS X\b/, "macOS"],
  [/\bCrOS\b/, "ChromeOS"],
  [/\bLinux\b/, "Linux"],
];

/** What somebody is signed in with, such as `Chrome · Linux`; what is no browser by its own name; null for nothing. */
export function deviceName(userAgent: string | null): string | null {
  if (userAgent === null || userAgent.trim() === "") return null;
  const of = (known: readonly [RegExp, string][]): string | undefined => known.find(([pattern]) => pattern.test(userAgent))?.[1];
  const program = of(programs);
  const system = of(systems);
  if (program === undefined) return userAgent.split(/[\s/]/)[0] ?? null;
  return system === undefined ? program : `${program} · ${system}`;
}
