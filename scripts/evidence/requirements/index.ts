// Everything that the evidence answers to.
import type { Framework } from "../requirement.ts";
import { asvsIdentity } from "./asvs-identity.ts";
import { asvsInput } from "./asvs-input.ts";
import { asvsService } from "./asvs-service.ts";
import { hipaa, pciDss, soc2 } from "./compliance.ts";
import { productionSecurity, secureWithAi } from "./founding.ts";

export const frameworks: readonly Framework[] = [
  productionSecurity,
  secureWithAi,
  asvsInput,
  asvsIdentity,
  asvsService,
  soc2,
  hipaa,
  pciDss,
];
