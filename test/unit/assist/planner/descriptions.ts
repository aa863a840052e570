// Descriptions of projects as people write them: our own, and twenty of the corpora.
import { readCorpus, readCorpusLines } from "../../corpora.ts";

export interface Description {
  readonly name: string;
  readonly description: string;
}

const of = (name: string, description: string): Description => ({ name, description });

export const SHOP = of(
  "Corner shop",
  "E-commerce mobile app with user auth, product catalog, shopping cart, and payment processing",
);
export const KITCHEN = of(
  "Kitchen",
  "Renovate the kitchen of our house from 1936. The wall to the dining room has to be removed. New wiring and plumbing, underfloor heating, tiles, fitted cabinets and an induction hob. We also want to replace the window with a door to the garden.",
);
export const STUDY = of(
  "Commuter study",
  "We will review the literature, design a questionnaire and pilot it with 30 people, recruit 900 participants via the city newsletters, and conduct 24 semi-structured interviews. Ethics approval is required before any data collection. Survey data will be analysed with mixed logit models. Results will be submitted to a journal and presented to the city councils.",
);
export const MOVE = of(
  "Office move",
  "Our lease ends on 31 August, and we move 45 people to the new building at the harbour.\n\n- Sign the new lease\n- Have the floor plan approved by the fire department\n- Order desks and meeting room furniture\n- Internet line and wifi\n- Pack and move personal belongings\n- Tell customers the new address\n- Clean and hand back the old office\n\nOut of scope: new laptops.",
);
export const DATABASE = of(
  "Postgres 11 to 16",
  "Migrate our main customer database to a managed PostgreSQL 16 service. Applications that connect to it: billing, CRM, the nightly reporting job and the public API. We must rehearse the migration twice with production data, have a rollback plan, and decommission the old VM after four weeks.",
);
export const LIBRARY = of(
  "Library",
  "As a reader, I want to search the catalogue so that I can find books. As a reader, I want to reserve a book. As a librarian, I want to register loans and returns. As a librarian, I want to see overdue loans and send reminders.",
);
export const WEDDING = of(
  "Wedding",
  "Anna and Tom marry on 20 June with 80 guests. Caterer, band, photographer, flowers, invitations, hotel rooms for 30 guests, wedding cake, seating plan.",
);
export const SENSOR = of(
  "Soil sensor",
  "Design a battery-powered soil moisture sensor for vineyards. The electronics must survive five years outdoors. First build 10 prototypes, test them in a vineyard for one season, obtain CE certification, then produce a first series of 500 units.",
);
export const OWN: readonly Description[] = [SHOP, KITCHEN, STUDY, MOVE, DATABASE, LIBRARY, WEDDING, SENSOR];

interface Row {
  readonly text: string;
  readonly kind?: string;
}

/** Those of real products, and long ones of the texts that people wrote on their changes; empty without corpora. */
export function fromCorpora(): Description[] {
  const { projects = [] } = readCorpus("workload/plane_seed.json") as { projects?: Description[] };
  const { templates = [] } = readCorpus("workload/taiga_templates.json") as { templates?: Description[] };
  const rows = readCorpusLines("injection/benign.public.jsonl") as Row[];
  const long = rows.filter(({ kind, text }) => kind === "description" && text.length >= 450);
  const every = Math.floor(long.length / 17);
  const changes = long.filter((_, at) => at % every === 0).slice(0, 17);
  return [
    ...[...projects, ...templates].slice(0, 3).map(({ name, description }) => of(name, description)),
    ...changes.map(({ text }, at) => of(`Change ${at + 1}`, text)),
  ];
}
