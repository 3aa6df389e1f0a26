import { AppError, errorCodes } from "@agentpod/core/errors";
import { describe, expect, it } from "vitest";
import { exitCodeHelp, exitCodes } from "../src/exit-codes.ts";
import { age, printable } from "../src/format-values.ts";
import { output } from "../src/output.ts";
import { plainTable, terminalTable } from "../src/render-table.ts";
import { reportError } from "../src/report-error.ts";

function sink(isTTY: boolean) {
  const written: string[] = [];
  return { isTTY, written, write: (text: string) => written.push(text) };
}

const content = {
  head: ["NAME", "STATE"],
  rows: [
    ["acme", "active"],
    ["b", ""],
  ],
};

describe("P4 output for people and for programs", () => {
  it("is aligned text without trailing blanks in a pipe", () => {
    expect(plainTable(content)).toBe("NAME  STATE\nacme  active\nb");
  });

  it("aligns wide characters on a terminal", () => {
    const lines = terminalTable({
      head: ["NAME", "TITLE"],
      rows: [
        ["问候", "x"],
        ["abcd", "y"],
      ],
    }).split("\n");
    expect(lines[0]).toContain("\u001b[1mNAME\u001b[22m");
    expect(lines.slice(1).map((line) => line.trimEnd())).toEqual(["问候  x", "abcd  y"]);
  });

  it("gives JSON the value and a terminal the table", () => {
    const [json, table, errors] = [sink(false), sink(true), sink(true)];
    output("json", json, errors).table([{ name: "acme" }], content, "nothing");
    expect(JSON.parse(json.written.join(""))).toEqual([{ name: "acme" }]);
    output("table", table, errors).table([], content, "nothing");
    expect(table.written.join("")).toContain("acme");
    expect(errors.written).toEqual([]);
  });

  it("says to a person, not to a pipe, that there is nothing", () => {
    const [out, errors] = [sink(false), sink(false)];
    output("table", out, errors).table([], { head: ["NAME"], rows: [] }, "There is nothing.");
    expect([out.written, errors.written]).toEqual([[], ["There is nothing.\n"]]);
    output("json", out, errors).table([], { head: ["NAME"], rows: [] }, "There is nothing.");
    expect(out.written).toEqual(["[]\n"]);
  });

  it("tells progress to a terminal alone", () => {
    const [quiet, loud] = [sink(false), sink(true)];
    output("table", sink(false), quiet).progress("starting");
    output("json", sink(false), loud).progress("starting");
    expect([quiet.written, loud.written]).toEqual([[], ["starting\n"]]);
  });

  it("streams one line of JSON per thing", () => {
    const out = sink(false);
    const stream = output("json", out, sink(false));
    stream.line({ a: 1 }, "a");
    stream.line({ a: 2 }, "a");
    expect(out.written).toEqual(['{"a":1}\n', '{"a":2}\n']);
  });
});

describe("P4 errors", () => {
  it("have an exit code of their own for each code, all in the help", () => {
    expect(Object.keys(exitCodes).toSorted()).toEqual([...errorCodes].toSorted());
    expect(new Set(Object.values(exitCodes)).size).toBe(errorCodes.length);
    for (const code of errorCodes) expect(exitCodeHelp).toContain(`${exitCodes[code]} ${code}`);
  });

  it("are one line, whatever the server says", () => {
    const { line, exitCode } = reportError(new AppError("not_found", "first\nsecond \u001b[31mred"));
    expect(line).toBe("ERROR not_found: first second  [31mred");
    expect(exitCode).toBe(5);
    expect(reportError("thrown text")).toEqual({ line: "ERROR internal: thrown text", exitCode: 1 });
  });

  it("name every issue", () => {
    const issues = [
      { path: "a", expected: "text" },
      { path: "b", expected: "a number", nearest: "c" },
    ];
    expect(reportError(new AppError("invalid", "a: expected text (and 1 more).", { issues })).line).toBe(
      "ERROR invalid: a: expected text (and 1 more). All of it: a: text; b: a number (perhaps c)",
    );
  });
});

describe("P4 values", () => {
  it("have ages in one unit", () => {
    const now = new Date("2026-01-10T00:00:00Z");
    const ages = ["2026-01-09T23:59:58Z", "2026-01-09T23:55:00Z", "2026-01-09T01:00:00Z", "2026-01-01T00:00:00Z"].map((at) => age(at, now));
    expect(ages).toEqual(["2s", "5m", "23h", "9d"]);
  });

  it("of others cannot steer the terminal", () => {
    expect(printable("a\u001b[2Jb\tc\nd\u009be\r")).toBe("a[2Jb\tc\nde");
  });
});
