// `npm run scale`: what a load would cost a month, what would give way first, and how long people would wait in
// several places; computed from what one request was measured to cost.
import { numberOption, runTool } from "./command-line.ts";
import { monthlyCost, saturation, waiting } from "./scale/compute.ts";
import { OPERATIONS } from "./scale/operations.ts";
import { REGIONS } from "./scale/regions.ts";

const HELP = `npm run scale [-- options]

Computes, from the cost of one request (measured, or estimated where scripts/scale/operations.ts says so), what a load
costs a month at Cloudflare's published prices, which object comes to its end first, and how long people in several
places wait.

  --users N      people                                              (1000000)
  --rps N        requests a second at the busiest time               (10000)
  --tenant P     the largest tenant's part of all requests, 0 to 1   (0.05)
  --project P    the busiest project's part of all requests, 0 to 1  (0.005)
  --audit N      events a second that one audit log takes, as measured: npm run bench -- --only audit-log  (5000)
  --help         show this

Exit code 2: wrong options.`;

const COUNTS = { min: 1, max: 1e12 } as const;
const PARTS = { min: 0, max: 1, is_whole: false } as const;

await runTool({
  help: HELP,
  options: {
    users: { type: "string", default: "1000000" },
    rps: { type: "string", default: "10000" },
    tenant: { type: "string", default: "0.05" },
    project: { type: "string", default: "0.005" },
    audit: { type: "string", default: "5000" },
  },
  run: ({ users, rps, tenant, project, audit }) =>
    print(numberOption("users", users, COUNTS), numberOption("rps", rps, COUNTS), {
      tenant: numberOption("tenant", tenant, PARTS),
      project: numberOption("project", project, PARTS),
      audit_events_per_second: numberOption("audit", audit, COUNTS),
    }),
});

function print(users: number, rps: number, parts: Parameters<typeof saturation>[2]): void {
  const lines = monthlyCost(OPERATIONS, rps, users);
  const total = lines.reduce((sum, { dollars }) => sum + dollars, 0);
  const dollars = (amount: number) => `$${Math.round(amount).toLocaleString("en")}`;
  console.log(
    `${users.toLocaleString("en")} people, ${rps.toLocaleString("en")} requests a second at the busiest time\n`,
  );
  for (const { what, millions, dollars: amount } of lines) {
    const count = `${Math.round(millions).toLocaleString("en")} million`;
    console.log(`  ${what.padEnd(30)}${count.padStart(18)}${dollars(amount).padStart(12)} a month`);
  }
  console.log(`  ${"together".padEnd(48)}${dollars(total).padStart(12)} a month`);
  console.log(`  ${"for each person".padEnd(48)}${`$${(total / users).toFixed(4)}`.padStart(12)} a month\n`);
  console.log("What comes to its end first (100 % is the end):\n");
  for (const { what, bears, used } of saturation(OPERATIONS, rps, parts)) {
    console.log(`  ${what.padEnd(34)}${`${(used * 100).toFixed(1)} %`.padStart(8)}  of ${bears}`);
  }
  console.log(
    "\nHow long people wait, in ms, for a task that they read (and create), by where its team is:\n",
  );
  const [read, create] = ["read a task", "create or change a task"].map(
    (name) => OPERATIONS.find((each) => each.name === name)!,
  );
  console.log(`  ${"reader in".padEnd(14)}${REGIONS.map((team) => team.padStart(14)).join("")}`);
  for (const reader of REGIONS) {
    const cells = REGIONS.map((team) =>
      `${waiting(read!, reader, team).toFixed(0)} (${waiting(create!, reader, team).toFixed(0)})`.padStart(
        14,
      ),
    );
    console.log(`  ${reader.padEnd(14)}${cells.join("")}`);
  }
}
