/** What is printed once, when the first admin has been made and no supervisor says it. */
export function firstLogin(admin: { email: string; password: string }, url: string): string {
  return [
    `AgentPod is ready: ${url}`,
    "",
    "  Admin login (shown this once):",
    `    email      ${admin.email}`,
    `    password   ${admin.password}`,
    "",
    "",
  ].join("\n");
}
