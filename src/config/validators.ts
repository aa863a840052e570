// The validators of this deployment as one, made once per isolate.
import type { Config } from "../config.ts";
import { Composite } from "../defence/composite.ts";
import { KNOWN_VALIDATORS } from "../defence/validators/table.ts";
import type { Reach } from "../protocol/access-token.ts";

const REACH: Reach = { send: (url, init) => fetch(url, init), now: () => Date.now() };
const known = new WeakMap<Config, Composite>();

export function validatorsOf(config: Config): Composite {
  const made = known.get(config);
  if (made) return made;
  const members = config.validators.map(({ name, ...member }) => ({
    ...member,
    name,
    validator: KNOWN_VALIDATORS[name](config, REACH),
  }));
  const composite = new Composite(members);
  known.set(config, composite);
  return composite;
}
