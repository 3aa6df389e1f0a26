import { describe, expect, test } from "vitest";
import { listeningPorts, portAdvice } from "../src/products/code/listening-ports.ts";

const tables = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:0BB8 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 22 1
   1: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 23 1
   3: 0B00007F:A1B2 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 25 1
   2: 020011AC:1F90 010011AC:D2F4 01 00000000:00000000 00:00000000 00000000  1000        0 24 1
  sl  local_address                         remote_address                        st
   0: 00000000000000000000000000000000:0050 00000000000000000000000000000000:0000 0A
   1: 00000000000000000000000001000000:1F90 00000000000000000000000000000000:0000 0A
`;

describe("C3 an application that listens elsewhere", () => {
  test("ports are read from the kernel's tables, connections are none", () =>
    expect(listeningPorts(`${tables}\nnot a line\n`)).toEqual([
      { port: 80, isLocal: false },
      { port: 3000, isLocal: true },
      { port: 8080, isLocal: false },
    ]));
  test.each([
    [3000, "It listens on 127.0.0.1:3000 alone, where nobody else reaches it: let it listen on 0.0.0.0."],
    [5000, "It listens on port 80, 8080, not on 5000: let it listen on the port in PORT, or say ports: [80] in agentpod.yaml."],
    [8080, null],
  ])("awaited at %i", (port, said) => expect(portAdvice(listeningPorts(tables), port, true)).toBe(said));
  test("nowhere", () => expect(portAdvice([], 3000, true)).toBe("It listens on no port."));
  test("of one user's programs, where all share the machine's network", () => {
    const ours = "   0: 0100007F:0BB8 00000000:0000 0A 00000000:00000000 00:00000000 00000000  70000        0 22 1\n";
    expect(listeningPorts(tables + ours, 70_000)).toEqual([{ port: 3000, isLocal: true }]);
    expect(portAdvice(listeningPorts(tables + ours, 70_000), 20_412, false)).toBe(
      "It listens on port 3000, not on 20412: let it listen on the port in PORT.",
    );
    expect(portAdvice(listeningPorts(ours, 70_000), 3000, false)).toBe(null);
  });
});
