/** A text message of 1 kB as a WebSocket frame from a client; its mask is zero, so that it is readable as it is. */
export const message = Buffer.concat([Buffer.from([0x81, 0x80 | 126, 0x04, 0x00, 0, 0, 0, 0]), Buffer.alloc(1024, "w")]);

/** The same from a server. */
export const echo = Buffer.concat([Buffer.from([0x81, 126, 0x04, 0x00]), Buffer.alloc(1024, "w")]);
