/** The name with its sign. */
export const Logo = () => (
  <span className="inline-flex items-center gap-2 font-semibold tracking-tight">
    <svg viewBox="0 0 32 32" className="size-6" aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="var(--solid)" />
      <path d="M16 7l8 4.6v8.8L16 25l-8-4.6v-8.8z" fill="var(--on-solid)" />
    </svg>
    {"AgentPod"}
  </span>
);
