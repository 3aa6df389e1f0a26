import type { NextConfig } from "next";

/** Static files alone: no process of its own to keep alive, and the page opens while the server restarts. */
const config: NextConfig = {
  output: "export",
  reactStrictMode: true,
  transpilePackages: ["@agentpod/client", "@agentpod/core"],
  // `npm run check` does both, for the whole repository.
  typescript: { ignoreBuildErrors: true },
  devIndicators: false,
  experimental: { optimizePackageImports: ["radix-ui", "lucide-react"] },
};

export default config;
