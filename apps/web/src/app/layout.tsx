import { GeistSans } from "geist/font/sans";
import type { Metadata, Viewport } from "next";
import localFont from "next/font/local";
import type { ReactNode } from "react";
import "./globals.css";

/** As `geist/font/mono`, but fetched when it is needed: the first screen has little of it. */
const mono = localFont({
  src: "../../node_modules/geist/dist/fonts/geist-mono/GeistMono-Variable.woff2",
  variable: "--font-geist-mono",
  weight: "100 900",
  preload: false,
  adjustFontFallback: false,
  fallback: ["ui-monospace", "Menlo", "monospace"],
});

export const metadata: Metadata = { description: "Pods, kept running", robots: "noindex" };

export const viewport: Viewport = { width: "device-width", initialScale: 1, viewportFit: "cover" };

/** The document. The build puts `prelude.ts` into its head, which sets theme and language before anything is painted. */
export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    <html lang="en" className={`${GeistSans.variable} ${mono.variable}`} suppressHydrationWarning>
      {/* Not of the metadata: those are looked at late, and would take the place of the title that a screen has set. */}
      <head>
        <title>AgentPod</title>
      </head>
      <body className="font-sans">{children}</body>
    </html>
  );
}
