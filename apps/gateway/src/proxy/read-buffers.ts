/** What one read of a connection takes at most: heads, small bodies, messages. */
const smallSize = 16_384;
/** For bodies that fill a small one. More would not be faster and stays taken while a slow client is served. */
const largeSize = 131_072;
const mostSpare = 16;
const spare: Buffer[] = [];

/** A buffer for one connection to read into. Its memory is taken only as far as it is used. */
export const smallBuffer = (): Buffer => Buffer.allocUnsafeSlow(smallSize);

/** One that is lent for the length of a body. */
export const largeBuffer = (): Buffer => spare.pop() ?? Buffer.allocUnsafeSlow(largeSize);

export const isLarge = (buffer: Buffer): boolean => buffer.length === largeSize;

/** Gives a large one back. Nobody may hold bytes of it. */
export function returnBuffer(buffer: Buffer): void {
  if (spare.length < mostSpare) spare.push(buffer);
}
