// Where people are, and how long a message is under way between places: round trips in ms between cities over the
// public internet's backbones, rounded, an assumption and not a measurement of ours.

export const REGIONS = ["Frankfurt", "New York", "São Paulo", "Singapore", "Sydney"] as const;
export type Region = (typeof REGIONS)[number];

const ROUND_TRIPS_MS: Readonly<Record<Region, Readonly<Record<Region, number>>>> = {
  Frankfurt: { Frankfurt: 2, "New York": 85, "São Paulo": 200, Singapore: 160, Sydney: 270 },
  "New York": { Frankfurt: 85, "New York": 2, "São Paulo": 115, Singapore: 230, Sydney: 205 },
  "São Paulo": { Frankfurt: 200, "New York": 115, "São Paulo": 2, Singapore: 330, Sydney: 310 },
  Singapore: { Frankfurt: 160, "New York": 230, "São Paulo": 330, Singapore: 2, Sydney: 95 },
  Sydney: { Frankfurt: 270, "New York": 205, "São Paulo": 310, Singapore: 95, Sydney: 2 },
};

/** From a reader to the nearest of Cloudflare's places. */
export const LAST_MILE_MS = 20;

export const roundTrip = (from: Region, to: Region): number => ROUND_TRIPS_MS[from][to];
