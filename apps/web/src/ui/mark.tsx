/** Shapes, not colours, say how something does: they read the same for everybody. */
export type Shape = "full" | "half" | "ring" | "moon" | "cross" | "dashed";

const paths: Record<Shape, React.ReactNode> = {
  full: <circle cx="6" cy="6" r="4.5" fill="currentColor" />,
  half: (
    <>
      <circle cx="6" cy="6" r="4.2" fill="none" stroke="currentColor" strokeWidth="1.2" />
      <path d="M6 1.8a4.2 4.2 0 0 1 0 8.4z" fill="currentColor" />
    </>
  ),
  ring: <circle cx="6" cy="6" r="4.2" fill="none" stroke="currentColor" strokeWidth="1.2" opacity="0.6" />,
  moon: <path d="M9.8 7.4A4.3 4.3 0 1 1 4.6 2.2a3.6 3.6 0 0 0 5.2 5.2z" fill="currentColor" opacity="0.7" />,
  cross: (
    <>
      <rect x="1" y="1" width="10" height="10" rx="2" fill="currentColor" />
      <path d="M4 4l4 4M8 4l-4 4" stroke="var(--canvas)" strokeWidth="1.4" strokeLinecap="round" />
    </>
  ),
  dashed: <circle cx="6" cy="6" r="4.2" fill="none" stroke="currentColor" strokeWidth="1.2" strokeDasharray="2 1.6" />,
};

export const Mark = ({ shape }: { shape: Shape }) => (
  <svg viewBox="0 0 12 12" className="size-3 shrink-0" aria-hidden="true">
    {paths[shape]}
  </svg>
);
