/** The environment, handed on to Next.js as it is. */
export const inherited = process.env;
