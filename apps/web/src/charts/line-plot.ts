import uPlot from "uplot";
import { type ChartContent, lineLooks } from "./chart-line.ts";
import { lonely } from "./grid.ts";
import "uplot/dist/uPlot.min.css";

/** Lines over time on a canvas, in the page's colours, as wide as its element. */
export interface LinePlot {
  show(content: ChartContent): void;
  /** Puts the crosshair at a time; null takes it away. */
  point(seconds: number | null): void;
  dispose(): void;
}

const height = 168;
const binarySteps = Array.from({ length: 50 }, (_, i) => 2 ** i);
const decimalSteps = Array.from({ length: 18 }, (_, i) => [1, 2, 5].map((step) => step * 10 ** (i - 4))).flat();

/** `onPoint` is told the time below the pointer, null when it leaves. */
export function linePlot(element: HTMLElement, first: ChartContent, onPoint: (seconds: number | null) => void): LinePlot {
  let content = first;
  const font = `11px ${getComputedStyle(element).fontFamily}`;
  const axis = { stroke: () => colorOf("--ink-soft"), font, ticks: { show: false } };
  const grid = { stroke: () => colorOf("--line"), width: 1 };
  const options: uPlot.Options = {
    width: element.clientWidth || 300,
    height,
    padding: [10, 18, 0, 0],
    legend: { show: false },
    cursor: {
      y: false,
      drag: { x: false, y: false, setScale: false },
      points: { size: 7, fill: (plot, i) => strokeOf(plot, i), stroke: () => colorOf("--raised") },
      // Values are those of a step: the line stands where they are.
      move: (plot, left, top) => {
        const time = left < 0 ? undefined : content.times[plot.posToIdx(left)];
        return [time === undefined ? -10 : plot.valToPos(time, "x"), top];
      },
    },
    hooks: { setCursor: [(plot) => onPoint(plot.cursor.idx == null ? null : (content.times[plot.cursor.idx] ?? null))] },
    scales: {
      x: { time: true },
      y: { range: (_plot, _min, max) => [0, max > 0 ? max * 1.08 : 1] },
    },
    axes: [
      { ...axis, grid: { show: false }, space: 72, size: 22, values: (_plot, splits) => splits.map((time) => content.formatTick(time)) },
      {
        ...axis,
        grid,
        space: 36,
        size: 64,
        incrs: content.steps === "binary" ? binarySteps : decimalSteps,
        values: (_plot, splits) => splits.map((value) => content.formatValue(value)),
      },
    ],
    series: [{}, ...content.lines.map((line, i) => seriesOf(line.look, () => lonely(content.lines[i]?.values ?? [])))],
  };
  const plot = new uPlot(options, dataOf(content), element);
  const sizes = new ResizeObserver(() => {
    if (element.clientWidth > 0 && element.clientWidth !== plot.width) plot.setSize({ width: element.clientWidth, height });
  });
  sizes.observe(element);
  const themes = new MutationObserver(() => plot.redraw(false, true));
  themes.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  return {
    show(next) {
      content = next;
      plot.setData(dataOf(next));
    },
    point(seconds) {
      const left = seconds === null ? -10 : plot.valToPos(seconds, "x");
      if (Math.round(left) === Math.round(plot.cursor.left ?? -10)) return;
      plot.setCursor({ left, top: seconds === null ? -10 : 0 }, false);
    },
    dispose() {
      sizes.disconnect();
      themes.disconnect();
      plot.destroy();
    },
  };
}

function seriesOf(look: keyof typeof lineLooks, dots: () => number[]): uPlot.Series {
  const { color, width, dash, fill } = lineLooks[look];
  const stroke = () => colorOf(color);
  return {
    stroke,
    width,
    // A limit is not measured: it holds where nothing was, too.
    spanGaps: look === "limit",
    ...(dash === undefined ? {} : { dash: [...dash] }),
    ...(fill ? { fill: () => `color-mix(in srgb, ${colorOf(color)} 7%, transparent)` } : {}),
    points: { show: false, filter: look === "limit" ? () => [] : dots, size: 4, stroke, fill: stroke },
  };
}

const dataOf = ({ times, lines }: ChartContent): uPlot.AlignedData => [[...times], ...lines.map(({ values }) => [...values])];

function strokeOf(plot: uPlot, series: number): string {
  const { stroke } = plot.series[series] as { stroke?: (plot: uPlot, series: number) => string };
  return stroke?.(plot, series) ?? colorOf("--ink");
}

const colorOf = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
