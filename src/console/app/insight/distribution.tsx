// The distribution of the simulated duration as a curve, with its marks.
import { sayHours } from "../format/time.ts";
import { curveOf, type Simulated } from "./curve.ts";

const WIDTH = 480;
const HEIGHT = 180;
const BASE = 150;

export const Distribution = ({ simulation }: { readonly simulation: Simulated }) => {
  const curve = curveOf(simulation);
  const [first, last] = [curve[0]!, curve.at(-1)!];
  const x = (hours: number) => (WIDTH * (hours - first.hours)) / (last.hours - first.hours);
  const y = (height: number) => BASE - height * (BASE - 18);
  const line = curve.map(({ hours, height }) => `${x(hours).toFixed(1)} ${y(height).toFixed(1)}`).join("L");
  const marks = [
    { label: "50%", hours: simulation.p50_hours },
    { label: "80%", hours: simulation.p80_hours },
    { label: "95%", hours: simulation.p95_hours },
  ];
  const words = marks.map(({ label, hours }) => `${label} done after ${sayHours(hours)}`).join(", ");
  return (
    <svg
      class="distribution"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={`Distribution: ${words}`}
    >
      <path class="area" d={`M${x(first.hours)} ${BASE}L${line}L${x(last.hours)} ${BASE}z`} />
      <path class="curve" d={`M${line}`} />
      <path class="axis" d={`M0 ${BASE}H${WIDTH}`} />
      {marks.map(({ label, hours }, at) => (
        <g key={label} transform={`translate(${x(hours)} 0)`}>
          <path class="mark" d={`M0 14V${BASE}`} />
          <text y="10" text-anchor="middle">
            {label}
          </text>
          <text class="hours" y={BASE + 20} text-anchor={at === 0 ? "end" : at === 1 ? "middle" : "start"}>
            {sayHours(hours)}
          </text>
        </g>
      ))}
    </svg>
  );
};
