// A plot as SVG, small enough to be kept: rows and milliseconds of each request by size, both axes logarithmic.
import type { Measured } from "./measure.ts";

const WIDTH = 360;
const HEIGHT = 240;
const LEFT = 56;
const TOP = 40;
const GAP = 90;

export const slugOf = (name: string): string => name.replaceAll(/[^a-z]+/g, "-");

export function plotOf(dimension: string, measured: readonly Measured[]): string {
  const width = LEFT + 2 * WIDTH + GAP + 20;
  const height = TOP + HEIGHT + 44;
  const panels = [
    panel(measured, "rows of a request", ({ rows }) => rows, LEFT),
    panel(measured, "milliseconds of a request", ({ ms }) => ms, LEFT + WIDTH + GAP),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="sans-serif" font-size="12">
<title>${dimension}: rows and milliseconds of requests by size</title>
<rect width="100%" height="100%" fill="#fff"/>
<text x="${LEFT}" y="18" font-size="14" font-weight="bold">${dimension}</text>
${panels.join("\n")}
</svg>
`;
}

function panel(
  measured: readonly Measured[],
  title: string,
  figureOf: (each: Measured) => number,
  left: number,
): string {
  const sizes = [...new Set(measured.map(({ size }) => size))].toSorted((a, b) => a - b);
  const values = measured.map(figureOf).filter((value) => value > 0);
  const [low, high] = [
    Math.floor(Math.log10(Math.min(...values))),
    Math.ceil(Math.log10(Math.max(...values))),
  ];
  const [first, last] = [Math.log10(sizes[0]!), Math.log10(sizes.at(-1)!)];
  const x = (size: number) => left + ((Math.log10(size) - first) / (last - first || 1)) * WIDTH;
  const y = (value: number) =>
    TOP + HEIGHT - ((Math.log10(Math.max(value, 10 ** low)) - low) / (high - low || 1)) * HEIGHT;
  const requests = [...new Set(measured.map(({ request }) => request))];
  const lines = requests.map((request, at) => {
    const own = measured.filter((each) => each.request === request);
    const points = own.map((each) => `${x(each.size).toFixed(1)},${y(figureOf(each)).toFixed(1)}`).join(" ");
    const colour = `hsl(${Math.round((at * 360) / requests.length)} 65% 40%)`;
    return `<polyline fill="none" stroke="${colour}" stroke-width="1.5" points="${points}"><title>${request}</title></polyline>`;
  });
  const grid = Array.from({ length: high - low + 1 }, (_, at) => low + at).map((power) => {
    const at = y(10 ** power).toFixed(1);
    return `<path d="M${left} ${at}h${WIDTH}" stroke="#ddd"/><text x="${left - 6}" y="${at}" dy="4" text-anchor="end">${format(10 ** power)}</text>`;
  });
  const ticks = sizes.map(
    (size) =>
      `<text x="${x(size).toFixed(1)}" y="${TOP + HEIGHT + 18}" text-anchor="middle">${format(size)}</text>`,
  );
  const caption = `<text x="${left}" y="${TOP - 8}">${title}</text>`;
  return [caption, ...grid, ...ticks, ...lines].join("\n");
}

const format = (value: number): string => value.toLocaleString("en", { maximumFractionDigits: 3 });
