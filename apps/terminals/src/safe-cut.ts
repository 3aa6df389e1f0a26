/** Longer strings (window titles, pictures, clipboards) are cut short: they could fill our memory. */
const longestString = 64 * 1024;

type State = "ground" | "escape" | "csi" | "string" | "stringEscape";

/**
 * Follows terminal output and knows what of its end is half a character or half a control sequence. Who begins to look in
 * between needs that part too; the screen does not have it yet.
 */
export class SafeCut {
  #state: State = "ground";
  /** Bytes that a begun UTF-8 character still lacks. */
  #lacking = 0;
  #pending: number[] = [];

  /** What came since the last point between two characters and sequences. */
  get pending(): Uint8Array {
    return Uint8Array.from(this.#pending);
  }

  /** The same output, with endless strings cancelled. */
  pass(chunk: Uint8Array): Uint8Array {
    let out: number[] | null = null;
    let from = 0;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] as number;
      // Plain text in between is by far the most.
      if (this.#state === "ground" && this.#lacking === 0 && byte < 0x80 && byte !== 0x1b) continue;
      if (this.#pending.length >= longestString) {
        out ??= [];
        for (let i = from; i < at; i++) out.push(chunk[i] as number);
        out.push(cancel);
        this.#reset();
        from = at;
      }
      this.#step(byte);
    }
    if (out === null) return chunk;
    for (let i = from; i < chunk.length; i++) out.push(chunk[i] as number);
    return Uint8Array.from(out);
  }

  #step(byte: number): void {
    this.#pending.push(byte);
    if (byte === cancel || byte === 0x1a) this.#reset();
    else if (this.#lacking > 0 && (byte & 0xc0) === 0x80) {
      this.#lacking--;
      if (this.#lacking === 0 && this.#state === "ground") this.#reset();
    } else {
      this.#lacking = 0;
      this.#advance(byte);
    }
  }

  #advance(byte: number): void {
    switch (this.#state) {
      case "ground":
        if (byte === 0x1b) {
          this.#pending = [byte];
          this.#state = "escape";
        } else if (byte >= 0xc2 && byte < 0xf5) {
          this.#pending = [byte];
          this.#lacking = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
        } else this.#reset();
        return;
      case "escape":
        if (byte === 0x5b) this.#state = "csi";
        else if ("P]X^_".includes(String.fromCharCode(byte))) this.#state = "string";
        else if (byte === 0x1b) this.#pending = [byte];
        else if (byte >= 0x30) this.#reset();
        return;
      case "csi":
        if (byte === 0x1b) this.#restart(byte);
        else if (byte >= 0x40 && byte < 0x7f) this.#reset();
        return;
      case "string":
        if (byte === 0x07) this.#reset();
        else if (byte === 0x1b) this.#state = "stringEscape";
        return;
      case "stringEscape":
        if (byte === 0x5c) this.#reset();
        else {
          this.#restart(0x1b);
          this.#pending.push(byte);
          this.#advance(byte);
        }
    }
  }

  #restart(byte: number): void {
    this.#pending = [byte];
    this.#state = "escape";
  }

  #reset(): void {
    this.#pending = [];
    this.#state = "ground";
    this.#lacking = 0;
  }
}

/** Ends any sequence without effect. */
const cancel = 0x18;
