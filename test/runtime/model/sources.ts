// Where the model's requests come from: three devices, and the ways in which a later request can differ from its own.
import type { Source } from "../../../src/schema/messages/request.ts";

const at = (place: string, country: string, latitude: number | null, longitude: number | null) => ({
  place,
  country,
  latitude,
  longitude,
});

// Any two are more than 100 km apart. From Basel, Milan is 16 minutes by air, and Sydney out of reach.
const BASEL = at("Basel, CH", "CH", 47.56, 7.59);
const STRASBOURG = at("Strasbourg, FR", "FR", 48.58, 7.75);
const MILAN = at("Milan, IT", "IT", 45.46, 9.19);
const SCUOL = at("Scuol, CH", "CH", 46.8, 10.3);
const SYDNEY = at("Sydney, AU", "AU", -33.87, 151.21);
const NOWHERE = at("", "", null, null);

const LAPTOP: Source = {
  address: "192.0.2.1",
  user_agent: "laptop/1",
  tls_fingerprint: "fingerprint-a",
  certificate: "",
  ...BASEL,
};
const PHONE: Source = {
  address: "2001:db8:1:1:0:0:0:1",
  user_agent: "phone/1",
  tls_fingerprint: "",
  certificate: "",
  ...STRASBOURG,
};
const AGENT: Source = {
  address: "198.51.100.9",
  user_agent: "agent/1",
  tls_fingerprint: "fingerprint-b",
  certificate: "certificate-a",
  ...MILAN,
};

export const DEVICES = { laptop: LAPTOP, phone: PHONE, agent: AGENT } as const;
export type Device = keyof typeof DEVICES;

/** The last number of an address, raised by one: within the /24, or within the /64. */
const neighbour = (address: string): string => address.replace(/\d+$/, (last) => String(Number(last) + 1));

/** How a request differs from the one that its session began with. */
export const MOVES = {
  none: {},
  same_network: (source: Source) => ({ address: neighbour(source.address) }),
  other_subnet: (source: Source) => ({ address: source.address.replace("db8:1:1", "db8:1:2") }),
  other_network: { address: "203.0.113.77" },
  other_agent: { user_agent: "other/1" },
  no_agent: { user_agent: "" },
  other_certificate: { certificate: "certificate-z" },
  no_certificate: { certificate: "" },
  other_fingerprint: { tls_fingerprint: "fingerprint-z" },
  no_fingerprint: { tls_fingerprint: "" },
  basel: BASEL,
  strasbourg: STRASBOURG,
  milan: MILAN,
  scuol: SCUOL,
  sydney: SYDNEY,
  nowhere: NOWHERE,
  strasbourg_other_fingerprint: { ...STRASBOURG, tls_fingerprint: "fingerprint-z" },
  milan_third_fingerprint: { ...MILAN, tls_fingerprint: "fingerprint-y" },
} as const satisfies Record<string, Partial<Source> | ((source: Source) => Partial<Source>)>;
export type Move = keyof typeof MOVES;

export function moved(source: Source, move: Move): Source {
  const change: Partial<Source> | ((source: Source) => Partial<Source>) = MOVES[move];
  return { ...source, ...(typeof change === "function" ? change(source) : change) };
}
