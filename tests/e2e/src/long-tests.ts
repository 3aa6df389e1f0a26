/** With AGENTPOD_LONG_TESTS=1 what takes minutes on each runtime is done on each, else on the one that tells most. */
export const areLongTests = process.env.AGENTPOD_LONG_TESTS === "1";

/** For the title of what is left out, so that its report says why. */
export const unlessLong = areLongTests ? "" : " (left out without AGENTPOD_LONG_TESTS=1)";
