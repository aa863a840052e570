// How much of a limit is used: a bar with its figures beside it.

const SHORT_FROM = 0.8;
const plain = (value: number): string => value.toLocaleString();

export const Meter = ({
  name,
  value,
  max,
  say = plain,
}: {
  readonly name: string;
  readonly value: number;
  readonly max: number;
  readonly say?: (value: number) => string;
}) => {
  const part = max === 0 ? 1 : Math.min(1, value / max);
  return (
    <div class="meter">
      <p>
        <span>{name}</span>
        <b>
          {say(value)} of {say(max)}
        </b>
      </p>
      <span class={part >= SHORT_FROM ? "bar short" : "bar"}>
        <span style={{ width: `${part * 100}%` }} />
      </span>
    </div>
  );
};
