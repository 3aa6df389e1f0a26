import { hashOf } from "@agentpod/core/hash";

/** 0 to 1, always the same for a certificate: what was got at once is not renewed at once. */
export const certificateJitter = (id: string): number => Number.parseInt(hashOf(id).slice(0, 8), 16) / 0xffffffff;
