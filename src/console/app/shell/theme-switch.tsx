// Three buttons of which one is pressed: as the system says, light, dark.
import { Icon, type IconName } from "../parts/icon.tsx";
import { choose, type Theme, theme } from "./theme.ts";

const CHOICES: readonly { readonly value: Theme; readonly label: string; readonly icon: IconName }[] = [
  { value: "system", label: "As the system", icon: "screen" },
  { value: "light", label: "Light", icon: "sun" },
  { value: "dark", label: "Dark", icon: "moon" },
];

export const ThemeSwitch = () => (
  <fieldset class="switch" aria-label="Colours">
    {CHOICES.map(({ value, label, icon }) => (
      <button
        key={value}
        type="button"
        aria-pressed={theme.value === value}
        aria-label={label}
        title={label}
        onClick={() => choose(value)}
      >
        <Icon name={icon} size={16} />
      </button>
    ))}
  </fieldset>
);
