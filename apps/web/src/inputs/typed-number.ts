/** A number as it was typed. What is none goes as typed, and the API says at its field what would be right: as JSON, NaN would be null. */
export function typedNumber(typed: string): number {
  const text = typed.trim();
  return text !== "" && Number.isFinite(Number(text)) ? Number(text) : (text as unknown as number);
}

/** The same, where nothing typed stands for none. */
export const typedNumberOrNull = (typed: string): number | null => (typed.trim() === "" ? null : typedNumber(typed));
