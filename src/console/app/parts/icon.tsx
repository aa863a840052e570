// Icons as inline SVG: 24 by 24, strokes in the colour of the text around them. Hidden from assistive technology:
// the text beside them, or the label of their button, says what they mean.

const PATHS = {
  projects: ["M3 7a2 2 0 0 1 2-2h4l2 2h8a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2z"],
  work: ["M9 11l3 3L22 4", "M21 12v7a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2h11"],
  people: [
    "M16 21v-2a4 4 0 0 0-4-4H6a4 4 0 0 0-4 4v2",
    "M9 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8z",
    "M22 21v-2a4 4 0 0 0-3-3.87",
    "M16 3.13a4 4 0 0 1 0 7.75",
  ],
  workers: [
    "M6 7h12a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2V9a2 2 0 0 1 2-2z",
    "M12 7V3",
    "M9 13v1",
    "M15 13v1",
    "M2 13v2",
    "M22 13v2",
  ],
  audit: ["M12 22s8-4 8-10V5l-8-3-8 3v7c0 6 8 10 8 10z", "M9 12l2 2 4-4"],
  trials: ["M10 2v6L4.5 18a2.5 2.5 0 0 0 2.2 4h10.6a2.5 2.5 0 0 0 2.2-4L14 8V2", "M8 2h8", "M7 15h10"],
  account: ["M20 21v-2a4 4 0 0 0-4-4H8a4 4 0 0 0-4 4v2", "M12 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8z"],
  settings: [
    "M4 6h9",
    "M17 6h3",
    "M15 4v4",
    "M4 12h3",
    "M11 12h9",
    "M9 10v4",
    "M4 18h9",
    "M17 18h3",
    "M15 16v4",
  ],
  webhooks: [
    "M18 16.98h-5.99c-1.1 0-1.95.94-2.48 1.9A4 4 0 0 1 2 17c.01-.7.2-1.4.57-2",
    "M6 17l3.13-5.78c.53-.97.1-2.18-.5-3.1a4 4 0 1 1 6.89-4.06",
    "M12 6l3.13 5.73C15.66 12.7 16.9 13 18 13a4 4 0 0 1 0 8",
  ],
  board: ["M4 4h4v16H4z", "M10 4h4v10h-4z", "M16 4h4v13h-4z"],
  list: ["M8 6h13", "M8 12h13", "M8 18h13", "M3 6h.01", "M3 12h.01", "M3 18h.01"],
  graph: [
    "M5 8a2 2 0 1 0 0-4 2 2 0 0 0 0 4z",
    "M5 20a2 2 0 1 0 0-4 2 2 0 0 0 0 4z",
    "M19 14a2 2 0 1 0 0-4 2 2 0 0 0 0 4z",
    "M7 6c6 0 4 6 10 6",
    "M7 18c6 0 4-6 10-6",
  ],
  timeline: ["M3 5h9", "M8 10h9", "M6 15h7", "M13 20h8"],
  insight: ["M3 21h18", "M6 17v-5", "M11 17V7", "M16 17v-8", "M21 17V4"],
  plus: ["M12 5v14", "M5 12h14"],
  close: ["M6 6l12 12", "M18 6L6 18"],
  check: ["M5 12.5l4.5 4.5L19 7.5"],
  search: ["M11 19a8 8 0 1 0 0-16 8 8 0 0 0 0 16z", "M21 21l-4.3-4.3"],
  menu: ["M4 6h16", "M4 12h16", "M4 18h16"],
  copy: ["M9 9h10v12H9z", "M5 15V3h10"],
  sun: [
    "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8z",
    "M12 2v2",
    "M12 20v2",
    "M2 12h2",
    "M20 12h2",
    "M4.9 4.9l1.4 1.4",
    "M17.7 17.7l1.4 1.4",
    "M4.9 19.1l1.4-1.4",
    "M17.7 6.3l1.4-1.4",
  ],
  moon: ["M21 13A9 9 0 1 1 11 3a7 7 0 0 0 10 10z"],
  screen: ["M3 4h18v12H3z", "M8 20h8", "M12 16v4"],
  link: [
    "M10 13a5 5 0 0 0 7.5.5l3-3a5 5 0 0 0-7-7l-1.7 1.7",
    "M14 11a5 5 0 0 0-7.5-.5l-3 3a5 5 0 0 0 7 7l1.7-1.7",
  ],
  clock: ["M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z", "M12 7v5l3 2"],
  blocked: ["M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z", "M5.6 5.6l12.8 12.8"],
  warning: ["M12 3L2 20h20z", "M12 10v4", "M12 17h.01"],
  leave: ["M9 21H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2h4", "M16 17l5-5-5-5", "M21 12H9"],
  key: ["M7.5 20a5 5 0 1 0 0-10 5 5 0 0 0 0 10z", "M11 11.5L20 3", "M17 6l3 3"],
  chevron: ["M9 6l6 6-6 6"],
  up: ["M12 19V5", "M6 11l6-6 6 6"],
  grip: ["M9 6h.01", "M15 6h.01", "M9 12h.01", "M15 12h.01", "M9 18h.01", "M15 18h.01"],
  comment: ["M21 12a8 8 0 0 1-8 8H4l2-3a8 8 0 1 1 15-5z"],
  trash: ["M4 7h16", "M9 7V4h6v3", "M6 7l1 14h10l1-14"],
  mail: ["M3 5h18v14H3z", "M3 7l9 6 9-6"],
  bell: ["M18 9a6 6 0 0 0-12 0c0 6-2.5 7-2.5 7h17S18 15 18 9z", "M10 20a2 2 0 0 0 4 0"],
} as const;

export type IconName = keyof typeof PATHS;

export const Icon = ({ name, size = 18 }: { name: IconName; size?: number }) => (
  <svg class="icon" viewBox="0 0 24 24" width={size} height={size} aria-hidden="true" focusable="false">
    {PATHS[name].map((path) => (
      <path key={path} d={path} />
    ))}
  </svg>
);

/** A shield with a tick: the sign of Taskward. */
export const Sign = ({ size = 28 }: { size?: number }) => (
  <svg class="sign" viewBox="0 0 24 24" width={size} height={size} aria-hidden="true" focusable="false">
    <path class="sign-shield" d="M12 1.5 3 4.8v6.6c0 5.3 3.7 9.4 9 11.1 5.3-1.7 9-5.8 9-11.1V4.8z" />
    <path class="sign-tick" d="m7.8 12 3 3 5.6-6" />
  </svg>
);
