/** Columns and rows of this terminal; some say zero, who do not know. */
export const terminalSize = () => ({ cols: process.stdout.columns || 80, rows: process.stdout.rows || 24 });

/** Hands every key to the program while `work` runs, tells it new sizes, and puts the terminal back on every way out. */
export async function withRawTerminal<T>(program: { resize(cols: number, rows: number): void }, work: () => Promise<T>): Promise<T> {
  const onResize = () => {
    const { cols, rows } = terminalSize();
    program.resize(cols, rows);
  };
  process.stdin.setRawMode(true);
  process.stdout.on("resize", onResize);
  try {
    return await work();
  } finally {
    process.stdin.setRawMode(false);
    process.stdout.off("resize", onResize);
  }
}
