// The roles as boxes to tick, each with what it means. WORKER is not among them: programs are registered.
import { ROLES, type Role } from "../../../schema/role.ts";
import { ROLE_MEANINGS, ROLE_WORDS } from "../format/words.ts";
import { Check } from "../parts/field.tsx";

export const RoleChoice = ({ roles }: { readonly roles: readonly Role[] }) => (
  <fieldset class="choices">
    <legend>Roles</legend>
    {ROLES.filter((role) => role !== "WORKER").map((role) => (
      <Check
        key={role}
        label={ROLE_WORDS[role]}
        name="role"
        value={role}
        checked={roles.includes(role)}
        hint={ROLE_MEANINGS[role]}
      />
    ))}
  </fieldset>
);
