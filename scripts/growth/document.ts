// The figures of a growth run as a page: per thing that grows a plot and a table, rows and milliseconds by size.
import type { Measured } from "./measure.ts";
import { slugOf } from "./plot.ts";

export function documentOf(measured: readonly Measured[]): string {
  const dimensions = [...new Set(measured.map(({ dimension }) => dimension))];
  return `# Growth, as measured

Written by \`npm run growth\`: rows that one request reads and writes, counted, and its milliseconds in a test runtime
with one caller, by how much there is. Rows are exact; times are of a shared machine. Lists of up to a thousand that a
filter leaves are sorted whole, so they grow until there and no further.

${dimensions.map((dimension) => sectionOf(dimension, measured)).join("\n")}`;
}

function sectionOf(dimension: string, measured: readonly Measured[]): string {
  const own = measured.filter((each) => each.dimension === dimension);
  const sizes = [...new Set(own.map(({ size }) => size))];
  const at = (request: string, size: number) =>
    own.find((each) => each.request === request && each.size === size)!;
  const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const requests = [...new Set(own.map(({ request }) => request))];
  const first = requests[0]!;
  const lines = [
    row(["rows · ms", ...sizes.map((size) => size.toLocaleString("en"))]),
    row(["---", ...sizes.map(() => "---:")]),
    ...requests.map((request) =>
      row([
        request,
        ...sizes.map((size) => {
          const { rows, ms } = at(request, size);
          return `${rows.toLocaleString("en")} · ${ms.toFixed(1)}`;
        }),
      ]),
    ),
    row(["its storage, MiB", ...sizes.map((size) => (at(first, size).storage_bytes / 1_048_576).toFixed(1))]),
    row([
      "resident memory of the runtime, MiB",
      ...sizes.map((size) => at(first, size).resident_mib.toFixed(0)),
    ]),
  ];
  return `## ${dimension[0]!.toUpperCase()}${dimension.slice(1)}

![rows and milliseconds by size](growth/${slugOf(dimension)}.svg)

${lines.join("\n")}
`;
}
