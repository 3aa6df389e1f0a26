/** What another tenant gets from the routes of clean-ups. */
export const cleanUpStrangers = {
  getCleanUp: "platform",
  planCleanUp: "platform",
  cleanUp: "platform",
  setCleanUpPolicy: "platform",
} as const;
