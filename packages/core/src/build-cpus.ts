/** Cores that a build may use of so many: what runs has the rest to itself, and its turn before the build on these, too. At least one. Pure. */
export const buildCpus = (cores: number): number => Math.max(1, (cores * 3) / 4);
