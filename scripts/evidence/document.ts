// The evidence as a document to read: Markdown, one table for the controls and one for each framework.
import type { ControlRow, RequirementRow, TestResult, Verdict } from "./matrix.ts";

export interface Evidence {
  readonly controls: readonly ControlRow[];
  readonly frameworks: readonly { readonly name: string; readonly requirements: readonly RequirementRow[] }[];
}

const VERDICTS: readonly Verdict[] = ["proved", "operator", "not applicable", "open", "not run", "failing"];

/** One line for each framework: how many of its requirements have which verdict. */
export function summary({ controls, frameworks }: Evidence): string {
  const lines = [
    { name: "Controls", rows: controls as readonly { readonly verdict: Verdict }[] },
    ...frameworks.map(({ name, requirements }) => ({ name, rows: requirements })),
  ].map(({ name, rows }) => {
    const counts = VERDICTS.map((verdict) => [verdict, rows.filter((row) => row.verdict === verdict).length])
      .filter(([, count]) => count !== 0)
      .map(([verdict, count]) => `${count} ${verdict}`);
    return `${name}: ${rows.length} (${counts.join(", ")})`;
  });
  return lines.join("\n");
}

export function markdown(evidence: Evidence): string {
  const controls = evidence.controls.map(({ name, says, code, tests, result, verdict }) =>
    row([name, says, code.map(quoted).join(" "), tests.map(quoted).join(" "), `${verdict}: ${told(result)}`]),
  );
  const frameworks = evidence.frameworks.map(({ name, requirements }) =>
    section(
      name,
      ["requirement", "asks for", "controls", "verdict", "what else"],
      requirements.map(requirementRow),
    ),
  );
  return [
    "# Evidence",
    "What is asked for, what answers it, and what its tests said when they last ran. An operator's duty says so; what is",
    "open says so. Software alone complies with no standard.",
    "",
    summary(evidence).replaceAll(/^/gm, "- "),
    section("Controls", ["control", "what it does", "code", "tests", "last result"], controls),
    ...frameworks,
  ].join("\n");
}

function requirementRow({
  id,
  asks,
  controls,
  operator,
  not_applicable,
  open,
  verdict,
}: RequirementRow): string {
  const more = [operator && `operator: ${operator}`, not_applicable, open && `open: ${open}`];
  return row([id, asks, controls.join(", "), verdict, more.filter(Boolean).join("; ")]);
}

const section = (title: string, columns: readonly string[], rows: readonly string[]): string =>
  ["", `## ${title}`, "", row(columns), row(columns.map(() => "---")), ...rows].join("\n");

const row = (cells: readonly string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;

const quoted = (path: string): string => `\`${path}\``;

const told = ({ passed, failed, skipped }: TestResult): string =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
